-- the function of an event trigger gets another body, and the event trigger stays
create schema app;
create function app.watch() returns event_trigger language plpgsql set search_path = '' as $$ begin null; end $$;
create event trigger watching on ddl_command_end execute function app.watch();
