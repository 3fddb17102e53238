-- a default that says a collation: the value holds none
-- unchanged
create schema app;
create table app.notes (id bigint, title text default 'a');
