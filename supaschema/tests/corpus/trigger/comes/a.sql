-- a trigger comes to a table with rows
create schema app;
create table app.notes (id bigint primary key, a integer);
insert into app.notes values (1, 10);
create function app.stamp() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
