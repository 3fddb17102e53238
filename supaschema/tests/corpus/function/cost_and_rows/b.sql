-- what a function is expected to cost and to give changes
create schema app;
create function app.f() returns setof integer language sql cost 5 rows 10 set search_path = '' as $$ select 1 $$;
