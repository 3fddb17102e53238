-- a table with a row goes, and the function that its default calls
-- returns
create schema app;
create function app.code() returns text language sql set search_path = '' as $$ select 'x' $$;
create table app.notes (id bigint primary key, code text default app.code());
insert into app.notes values (1);
