-- a constraint trigger becomes deferrable
create schema app;
create table app.notes (id bigint primary key, a integer);
create function app.stamp() returns trigger language plpgsql set search_path = '' as $$ begin return null; end $$;
create constraint trigger stamp after insert on app.notes for each row execute function app.stamp();
