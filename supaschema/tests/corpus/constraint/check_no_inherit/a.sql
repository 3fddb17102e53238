-- a check is not inherited
create schema app;
create table app.notes (id bigint primary key, n integer, constraint low check (n < 100));
