-- refused: 1 objects stand on public.mood, and the server does not change them along: default value for column mood of table public.days
create type public.mood as enum ('sad', 'happy');
create table public.days (id integer, mood text default 'sad'::public.mood::text) partition by range (id);
create table public.few partition of public.days for values from (0) to (10);
create table public.many partition of public.days for values from (10) to (20);
alter table public.few alter column mood set default 'mine';
