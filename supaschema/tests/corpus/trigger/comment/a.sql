-- a trigger's comment comes
create schema app;
create table app.notes (id bigint primary key, a integer);
create function app.stamp() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
create trigger stamp before insert on app.notes for each row execute function app.stamp();
