-- a check comes that rows pass
create schema app;
create table app.notes (id bigint primary key, n integer, constraint positive check (n > 0));
insert into app.notes values (1, 10), (2, null);
