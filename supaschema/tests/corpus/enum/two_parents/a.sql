-- What two tables hand down changes with neither of them: a label of its type does not go.
create type public.mood as enum ('sad', 'so so', 'happy');
create table public.days (mood public.mood);
create table public.places (mood public.mood);
create table public.stays (id bigint) inherits (public.days, public.places);
