-- a table comes that is not logged
create schema app;
create unlogged table app.notes (id bigint primary key);
