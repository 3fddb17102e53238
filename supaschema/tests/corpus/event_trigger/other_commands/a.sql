-- an event trigger is fired by other commands
-- by: superuser
create schema app;
create function app.watch() returns event_trigger language plpgsql set search_path = '' as $$ begin end $$;
create event trigger watching on ddl_command_end when tag in ('CREATE TABLE', 'ALTER TABLE') execute function app.watch();
