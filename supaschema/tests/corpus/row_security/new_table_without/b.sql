-- a table comes without row level security
create schema app;
create table app.notes (id bigint primary key);
