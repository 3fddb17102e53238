-- A table and a column of it have other names, and a label of its type goes.
create type public.mood as enum ('sad', 'so so', 'happy');
create table public.days (id bigint primary key, mood public.mood not null default 'sad', many public.mood[]);
create view public.sad_days as select id, mood from public.days where mood = 'sad';
insert into public.days values (1, 'happy');
