-- grants to roles, on the whole and on columns
create schema app;
create table app.notes (id integer primary key, org integer, title text);
insert into app.notes values (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');
create materialized view app.listed as select id, title from app.notes;
revoke all on app.listed from anon, authenticated, service_role;
grant select (id) on app.listed to authenticated;
grant select on app.listed to service_role;
