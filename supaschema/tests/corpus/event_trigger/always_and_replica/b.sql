-- event triggers come that fire always, and in replicas
create schema app;
create function app.watch() returns event_trigger language plpgsql set search_path = '' as $$ begin end $$;
create event trigger watching on ddl_command_end execute function app.watch();
alter event trigger watching enable always;
create event trigger copying on ddl_command_end execute function app.watch();
alter event trigger copying enable replica;
