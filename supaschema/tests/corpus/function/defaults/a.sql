-- an argument's default changes, and another's goes
create schema app;
create function app.f(a integer, b integer default 1, c text default 'x') returns integer language sql set search_path = '' as $$ select $1 $$;
