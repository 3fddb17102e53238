-- three views of which each reads the next come, their names against their order
create schema app;
create table app.notes (id bigint primary key, a integer);
