-- a trigger fires on the update of another column, and the old one goes
create schema app;
create function app.stamp() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
create table app.notes (id bigint primary key, x integer);
create trigger stamp before update of x on app.notes for each row execute function app.stamp();
insert into app.notes values (1, 1);
