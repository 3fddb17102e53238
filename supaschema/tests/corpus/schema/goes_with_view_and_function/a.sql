-- a schema goes with a view, a function and a trigger in it
create schema app;
create table app.notes (id bigint primary key, body text);
create view app.v as select id from app.notes;
create function app.stamp() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
create trigger stamp before insert on app.notes for each row execute function app.stamp();
