-- a table's storage options change
create schema app;
create table app.notes (id bigint primary key) with (fillfactor = 90, autovacuum_enabled = false);
insert into app.notes values (1);
