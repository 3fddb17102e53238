-- A column that a publication names does not change its type: a label of that does not go.
create type public.mood as enum ('sad', 'so so', 'happy');
create table public.days (id bigint primary key, mood public.mood);
create publication moods for table public.days (id, mood);
