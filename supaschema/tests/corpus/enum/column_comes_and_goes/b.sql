create type public.mood as enum ('fine', 'sad', 'happy');
create table public.days (id bigint primary key, mood public.mood not null default 'fine', n integer, third public.mood);
insert into public.days values (1, 'sad', 1);
