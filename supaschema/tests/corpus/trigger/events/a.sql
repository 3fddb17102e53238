-- what fires a trigger changes
create schema app;
create table app.notes (id bigint primary key, a integer, b integer);
create function app.stamp() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
create trigger stamp before insert or delete on app.notes for each row execute function app.stamp();
