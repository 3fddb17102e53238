-- a function comes in public with what the platform gives
create function public.f() returns integer language sql set search_path = '' as $$ select 1 $$;
