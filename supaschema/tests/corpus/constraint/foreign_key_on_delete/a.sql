-- a foreign key's action on delete changes
create schema app;
create table app.parents (id bigint primary key);
insert into app.parents values (1);
create table app.children (id bigint primary key, parent bigint constraint parent references app.parents on delete cascade);
insert into app.children values (10, 1);
