-- refused: stand on public.mood, and the server does not change them along: publication of table public.days in publication moods
create type public.mood as enum ('sad', 'happy');
create table public.days (id bigint primary key, mood public.mood);
create publication moods for table public.days (id, mood);
