-- a generated column and the one that it is computed from come, in no order
create schema app;
create table app.notes (id bigint primary key);
insert into app.notes (id) values (1);
