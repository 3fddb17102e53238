create type public.mood as enum ('sad', 'happy');
create type public.outlook as enum ('sun', 'rain');
create table public.dates (
    id bigint primary key,
    felt public.mood not null default 'sad',
    many public.mood[],
    sky public.outlook default 'rain',
    skies public.outlook[] default '{sun,rain}',
    constraint fine check (sky <> 'rain' or felt <> 'happy')
);
create view public.sad_days as select id, felt as mood from public.dates where felt = 'sad' and sky = any ('{sun,rain}');
insert into public.dates values (1, 'happy', null, 'sun');
