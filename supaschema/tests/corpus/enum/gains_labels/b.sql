create type public.mood as enum ('awful', 'bad', 'sad', 'so so', 'fine', 'happy', 'great');
create table public.days (id bigint primary key, mood public.mood not null);
insert into public.days values (1, 'sad'), (2, 'happy');
