-- what a function's result table holds changes
create schema app;
create function app.f() returns table (id integer, a text) language sql set search_path = '' as $$ select 1, 'x' $$;
