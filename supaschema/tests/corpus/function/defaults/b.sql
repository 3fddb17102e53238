-- an argument's default changes, and another's goes
create schema app;
create function app.f(a integer, b integer, c text default 'y') returns integer language sql set search_path = '' as $$ select $1 $$;
