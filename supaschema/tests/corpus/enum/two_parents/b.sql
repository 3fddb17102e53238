-- refused: 1 objects stand on public.mood, and the server does not change them along: column mood of table public.stays
create type public.mood as enum ('sad', 'happy');
create table public.days (mood public.mood);
create table public.places (mood public.mood);
create table public.stays (id bigint) inherits (public.days, public.places);
