-- an event trigger for logins comes
-- since: 17
create schema app;
create function app.watch() returns event_trigger language plpgsql set search_path = '' as $$ begin end $$;
create event trigger watching on login execute function app.watch();
