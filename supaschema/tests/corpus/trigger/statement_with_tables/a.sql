-- a trigger sees the tables of old and new rows
create schema app;
create table app.notes (id bigint primary key, a integer);
create function app.stamp() returns trigger language plpgsql set search_path = '' as $$ begin return null; end $$;
create trigger stamp after update on app.notes for each statement execute function app.stamp();
