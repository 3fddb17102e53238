-- of two functions of one name one changes and one goes
create schema app;
create function app.f(a integer) returns integer language sql set search_path = '' as $$ select 3 $$;
