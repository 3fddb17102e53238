-- a column with values goes from a table whose trigger fires on every update
-- returns
create schema app;
create function app.stamp() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
create table app.notes (id bigint primary key, body text);
insert into app.notes values (1, 'one');
create trigger stamp before insert or update on app.notes for each row execute function app.stamp();
