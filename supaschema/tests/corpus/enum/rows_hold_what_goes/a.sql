-- A label that rows hold does not go: the rows are counted, and the query that finds them is told.
create type public.mood as enum ('sad', 'so so', 'happy');
create table public.days (id bigint primary key, mood public.mood, many public.mood[]);
insert into public.days values (1, 'sad', null), (2, 'so so', null), (3, null, '{happy,"so so"}');
