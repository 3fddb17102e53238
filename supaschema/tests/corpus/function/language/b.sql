-- a function is written in another language
create schema app;
create function app.f() returns integer language plpgsql set search_path = '' as $$ begin return 1; end $$;
