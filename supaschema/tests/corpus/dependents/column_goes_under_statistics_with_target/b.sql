-- a column goes that extended statistics of another schema name, with a target and a comment
create schema app;
create schema planner;
create table app.notes (id bigint primary key, x integer);
