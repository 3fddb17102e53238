-- a table comes that references itself
create schema app;
create table app.nodes (id bigint primary key, parent bigint references app.nodes on delete set null);
