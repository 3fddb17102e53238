-- a trigger on TRUNCATE goes
create schema app;
create table app.notes (id bigint primary key, a integer);
create function app.stamp() returns trigger language plpgsql set search_path = '' as $$ begin return null; end $$;
