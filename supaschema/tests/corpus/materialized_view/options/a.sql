-- storage parameters, those of its TOAST table too
create schema app;
create table app.notes (id integer primary key, org integer, title text);
insert into app.notes values (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');
create materialized view app.listed with (fillfactor = 70, autovacuum_enabled = false) as select id, title from app.notes;
