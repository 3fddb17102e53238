-- refused: 1 objects stand on public.mood
create type public.mood as enum ('sad', 'happy');
create table public.moods (mood public.mood primary key);
create table public.days (id bigint primary key, mood public.mood references public.moods);
