-- a foreign key becomes deferrable
create schema app;
create table app.parents (id bigint primary key);
create table app.children (id bigint primary key, parent bigint constraint parent references app.parents);
