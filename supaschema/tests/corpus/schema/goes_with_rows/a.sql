-- a schema goes whose table holds rows
-- returns
create schema app;
create table app.notes (id bigint primary key);
insert into app.notes values (1);
