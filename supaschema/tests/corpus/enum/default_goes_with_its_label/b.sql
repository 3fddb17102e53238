create type public."a ""Mood""" as enum ('sad', 'happy');
create table public.days (
    id bigint primary key,
    mood public."a ""Mood""" default 'happy',
    constraint fine check (mood <> 'happy')
);
create view public.those as select id from public.days where mood = 'happy';
insert into public.days values (1, 'sad');
