-- another name and schema for a materialized view that others read, and for its index
create schema app;
create table app.notes (id integer primary key, org integer, title text);
insert into app.notes values (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');
create schema other;
create materialized view app.listed as select id, title from app.notes;
create index listed_title on app.listed (title);
create view app.short with (security_invoker) as select id from app.listed;
grant select on app.listed to service_role;
