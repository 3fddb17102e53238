-- an event trigger for rewrites comes beside a table whose column gets another type
-- by: superuser
create schema app;
create function app.watch() returns event_trigger language plpgsql set search_path = '' as $$ begin end $$;
create table app.notes (id bigint primary key, size integer);
