-- a function's text names a table without its schema, which its own search_path holds
create schema app;
create table app.notes (id bigint primary key);
create function app.f() returns bigint language sql stable set search_path = app as $$ select count(*) from notes $$;
