-- a recursive view comes
create schema app;
create table app.nodes (id bigint primary key, parent bigint);
