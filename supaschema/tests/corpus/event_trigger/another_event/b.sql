-- an event trigger is fired by another event
create schema app;
create function app.watch() returns event_trigger language plpgsql set search_path = '' as $$ begin end $$;
create event trigger watching on sql_drop execute function app.watch();
