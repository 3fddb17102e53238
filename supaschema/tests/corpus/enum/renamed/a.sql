-- An enum type has another name and another schema, and what stands on it follows.
create schema types;
create type public.mood as enum ('sad', 'happy');
create table public.days (id bigint primary key, mood public.mood not null default 'sad', many public.mood[]);
create view public.sad_days as select id, mood from public.days where mood = 'sad';
insert into public.days values (1, 'happy');
