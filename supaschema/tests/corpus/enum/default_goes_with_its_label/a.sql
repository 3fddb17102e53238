-- A default, a check and a view name another label as the one that they named goes.
create type public."a ""Mood""" as enum ('sad', 'so so', 'happy');
create table public.days (
    id bigint primary key,
    mood public."a ""Mood""" default 'so so',
    constraint fine check (mood <> 'so so')
);
create view public.those as select id from public.days where mood = 'so so';
insert into public.days values (1, 'sad');
