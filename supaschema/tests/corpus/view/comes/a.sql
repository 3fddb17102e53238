-- a view comes with comment and grants
create schema app;
create table app.notes (id bigint primary key, a text);
