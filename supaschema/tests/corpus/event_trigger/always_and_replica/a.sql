-- event triggers come that fire always, and in replicas
-- by: superuser
create schema app;
create function app.watch() returns event_trigger language plpgsql set search_path = '' as $$ begin end $$;
