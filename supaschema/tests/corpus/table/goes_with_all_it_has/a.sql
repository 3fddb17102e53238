-- a table comes and goes with index, check, trigger, policy, grants, comments
create schema app;
create function app.stamp() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
