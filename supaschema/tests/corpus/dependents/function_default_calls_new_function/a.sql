-- an argument's default calls a function that comes
create schema app;
create function app.note(x integer default 1) returns integer language sql set search_path = '' as $$ select $1 $$;
