-- A table and a column of it have other names, and a label of its type goes; so it does of one that is renamed itself.
create type public.mood as enum ('sad', 'so so', 'happy');
create type public.weather as enum ('sun', 'fog', 'rain');
create table public.days (
    id bigint primary key,
    mood public.mood not null default 'sad',
    many public.mood[],
    sky public.weather default 'rain',
    skies public.weather[] default '{sun,rain}',
    constraint fine check (sky <> 'rain' or mood <> 'happy')
);
create view public.sad_days as select id, mood from public.days where mood = 'sad' and sky = any ('{sun,rain}');
insert into public.days values (1, 'happy', null, 'sun');
