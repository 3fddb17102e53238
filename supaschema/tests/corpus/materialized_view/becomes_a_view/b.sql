-- a materialized view becomes a view of the same name, under another view
create schema app;
create table app.notes (id integer primary key, title text);
insert into app.notes values (1, 'a');
create view app.listed with (security_invoker) as select id, title from app.notes;
grant select on app.listed to authenticated;
comment on column app.listed.title is 'as written';
create view app.short with (security_invoker) as select id from app.listed;
grant select on app.short to authenticated;
