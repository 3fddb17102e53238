-- it reads a column and calls a function that come in the same plan
create schema app;
create table app.notes (id integer primary key, org integer, title text);
insert into app.notes values (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');
create materialized view app.listed as select id, title from app.notes;
create index listed_id on app.listed (id);
create view app.short with (security_invoker) as select id from app.listed;
