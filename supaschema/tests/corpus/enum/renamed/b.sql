create schema types;
create type types.feeling as enum ('sad', 'happy');
create table public.days (id bigint primary key, mood types.feeling not null default 'sad', many types.feeling[]);
create view public.sad_days as select id, mood from public.days where mood = 'sad';
insert into public.days values (1, 'happy');
