-- two checks have each other's names
create schema app;
create table app.notes (id bigint primary key, n integer, constraint one check (n > 0), constraint two check (n < 100));
insert into app.notes values (1, 10);
