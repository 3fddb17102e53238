-- refused: 1 objects stand on public.mood, and the server does not change them along
create type public.mood as enum ('sad', 'happy');
create table public.days (id bigint not null, mood public.mood) partition by list (mood);
