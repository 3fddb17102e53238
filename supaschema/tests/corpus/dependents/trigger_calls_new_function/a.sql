-- a trigger is moved from a function that goes to one that comes
create schema app;
create table app.notes (id bigint primary key, body text);
create function app.old_stamp() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
create trigger stamp before insert on app.notes for each row execute function app.old_stamp();
