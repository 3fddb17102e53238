-- a default that says a collation: the value holds none
-- unchanged
create schema app;
create table app.notes (id bigint, title text);
alter table app.notes alter column title set default 'a' collate "C";
