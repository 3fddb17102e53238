-- a trigger comes that is fired instead of writes to a view
create schema app;
create view app.v as select 1 as id;
create function app.stamp() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
create trigger stamp instead of insert or update on app.v for each row execute function app.stamp();
