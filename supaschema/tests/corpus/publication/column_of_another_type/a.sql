-- a column that a publication lists, or asks in its condition, gets another type: the table's place stands aside
create schema app;
create table app.notes (id bigint primary key, n integer, m integer);
create publication listing for table app.notes (id, n);
create publication asking for table app.notes where (id > 5);
insert into app.notes values (1, 2, 3);
