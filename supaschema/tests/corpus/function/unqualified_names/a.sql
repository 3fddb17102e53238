-- a function's text names a table without its schema, which its own search_path holds
create schema app;
create table app.notes (id bigint primary key);
