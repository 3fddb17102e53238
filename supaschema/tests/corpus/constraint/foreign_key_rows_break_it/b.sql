-- a foreign key comes that a row breaks
create schema app;
create table app.parents (id bigint primary key);
insert into app.parents values (1);
-- refused: parent
create table app.children (id bigint primary key, parent bigint constraint parent references app.parents);
insert into app.children values (10, 1);
