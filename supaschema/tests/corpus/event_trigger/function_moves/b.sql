-- the function of an event trigger is in another schema
create schema app;
create schema tools;
create function tools.watch() returns event_trigger language plpgsql set search_path = '' as $$ begin end $$;
create event trigger watching on ddl_command_end execute function tools.watch();
