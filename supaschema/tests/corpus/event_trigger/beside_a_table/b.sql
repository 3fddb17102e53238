-- an event trigger for rewrites comes beside a table whose column gets another type
create schema app;
create function app.watch() returns event_trigger language plpgsql set search_path = '' as $$ begin end $$;
create table app.notes (id bigint primary key, size bigint);
create event trigger watching on table_rewrite execute function app.watch();
