-- the function of an event trigger is in another schema
-- by: superuser
create schema app;
create function app.watch() returns event_trigger language plpgsql set search_path = '' as $$ begin end $$;
create event trigger watching on ddl_command_end execute function app.watch();
