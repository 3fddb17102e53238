-- a view becomes a table of one name
create schema app;
create table app.v (id bigint primary key);
