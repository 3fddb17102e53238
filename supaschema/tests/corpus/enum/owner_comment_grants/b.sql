create type public.mood as enum ('sad', 'happy');
comment on type public.mood is 'two';
revoke usage on type public.mood from public;
grant usage on type public.mood to authenticated;
grant usage on type public.mood to service_role with grant option;
