-- Labels are added at the end, in the middle and at the beginning.
create type public.mood as enum ('sad', 'happy');
create table public.days (id bigint primary key, mood public.mood not null);
insert into public.days values (1, 'sad'), (2, 'happy');
