-- an event trigger gets another name
create schema app;
create function app.watch() returns event_trigger language plpgsql set search_path = '' as $$ begin end $$;
create event trigger seeing on ddl_command_end execute function app.watch();
