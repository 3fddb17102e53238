-- the result's type of a function changes that a default calls
create schema app;
create function app.code() returns bigint language sql volatile set search_path = '' as $$ select 7::bigint $$;
create table app.notes (id integer primary key, code bigint default app.code());
insert into app.notes values (1, 1);
