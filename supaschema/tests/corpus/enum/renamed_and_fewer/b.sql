create type public.mood as enum ('sad', 'happy');
create table public.dates (id bigint primary key, felt public.mood not null default 'sad', many public.mood[]);
create view public.sad_days as select id, felt as mood from public.dates where felt = 'sad';
insert into public.dates values (1, 'happy');
