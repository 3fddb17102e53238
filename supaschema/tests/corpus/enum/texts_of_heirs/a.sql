-- A partition has another default than its table, where that says a label as a text: none goes before they are the same.
create type public.mood as enum ('sad', 'so so', 'happy');
create table public.days (id integer, mood text default 'sad'::public.mood::text) partition by range (id);
create table public.few partition of public.days for values from (0) to (10);
create table public.many partition of public.days for values from (10) to (20);
alter table public.few alter column mood set default 'mine';
