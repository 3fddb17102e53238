-- A column of a type goes, and another comes, as one of its labels goes and another comes.
create type public.mood as enum ('sad', 'so so', 'happy');
create table public.days (id bigint primary key, mood public.mood not null default 'sad', other public.mood, n integer);
insert into public.days values (1, 'sad', 'sad', 1);
