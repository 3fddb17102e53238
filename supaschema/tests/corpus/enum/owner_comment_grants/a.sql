-- Owner, comment and grants of an enum type change.
create type public.mood as enum ('sad', 'happy');
comment on type public.mood is 'one';
