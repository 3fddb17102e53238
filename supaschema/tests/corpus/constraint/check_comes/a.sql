-- a check comes that rows pass
create schema app;
create table app.notes (id bigint primary key, n integer);
insert into app.notes values (1, 10), (2, null);
