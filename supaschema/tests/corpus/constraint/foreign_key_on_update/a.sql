-- a foreign key's action on update changes
create schema app;
create table app.parents (id bigint primary key);
create table app.children (id bigint primary key, parent bigint constraint parent references app.parents on update cascade);
