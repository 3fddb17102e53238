-- A label goes beneath partitions, and a table that inherits, with defaults of their own.
create type public.mood as enum ('sad', 'so so', 'happy');
create table public.days (id bigint not null, at date not null, mood public.mood default 'sad') partition by range (at);
create table public.days_26 partition of public.days for values from ('2026-01-01') to ('2027-01-01');
alter table public.days_26 alter column mood set default 'happy';
create table public.days_27 partition of public.days for values from ('2027-01-01') to ('2028-01-01');
alter table public.days_27 alter column mood drop default;
create table public.places (id bigint, mood public.mood);
create table public.towns (size bigint) inherits (public.places);
alter table public.towns alter column mood set default 'happy';
insert into public.towns values (1, 'sad', 2);
create table public.cities (was public.mood default 'happy') inherits (public.places);
create table public.a_harbours (ships bigint) inherits (public.cities);
alter table public.a_harbours alter column mood set default 'sad', alter column was set default 'sad';
insert into public.a_harbours values (2, 'happy', 'sad', 3);
