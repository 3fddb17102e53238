-- two tables change places
create schema app;
create table app.one (id bigint primary key);
create table app.two (id bigint primary key);
alter table app.one enable row level security;
