-- a trigger on TRUNCATE goes
create schema app;
create table app.notes (id bigint primary key, a integer);
create function app.stamp() returns trigger language plpgsql set search_path = '' as $$ begin return null; end $$;
create trigger stamp before truncate on app.notes for each statement execute function app.stamp();
