-- a view comes to read a table that comes, and the one that it read goes
create schema app;
create table app.new (id bigint primary key, a integer);
create view app.v as select id, a from app.new;
