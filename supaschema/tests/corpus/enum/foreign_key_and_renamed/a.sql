-- The type of both sides of a foreign key has another name: a label does not go with that either.
create type public.mood as enum ('sad', 'so so', 'happy');
create table public.moods (mood public.mood primary key);
create table public.days (id bigint primary key, mood public.mood references public.moods);
