-- a trigger's condition changes
create schema app;
create table app.notes (id bigint primary key, a integer, b integer);
create function app.stamp() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
create trigger stamp before update on app.notes for each row when (old.* is distinct from new.*) execute function app.stamp();
