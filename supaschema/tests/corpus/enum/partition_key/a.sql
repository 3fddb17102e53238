-- What tells partitions apart cannot change its type: a label of it does not go.
create type public.mood as enum ('sad', 'so so', 'happy');
create table public.days (id bigint not null, mood public.mood) partition by list (mood);
