create type public.mood as enum ('sad', 'happy');
create table public.days (id bigint not null, at date not null, mood public.mood default 'sad') partition by range (at);
create table public.days_26 partition of public.days for values from ('2026-01-01') to ('2027-01-01');
create index on public.days (mood);
insert into public.days values (1, '2026-01-01', 'happy');
create table public.places (id bigint, mood public.mood);
create table public.towns (size bigint) inherits (public.places);
insert into public.towns values (1, 'sad', 2);
