-- an argument's default calls a function that comes
create schema app;
create function app.zone() returns integer language sql set search_path = '' as $$ select 1 $$;
create function app.note(x integer default app.zone()) returns integer language sql set search_path = '' as $$ select $1 $$;
