-- Both sides of a foreign key would have to change at once: a label of their type does not go.
create type public.mood as enum ('sad', 'so so', 'happy');
create table public.moods (mood public.mood primary key);
create table public.days (id bigint primary key, mood public.mood references public.moods);
