-- an event trigger calls another function, and the former one goes
create schema app;
create function app.look() returns event_trigger language plpgsql set search_path = '' as $$ begin end $$;
create event trigger watching on ddl_command_end execute function app.look();
