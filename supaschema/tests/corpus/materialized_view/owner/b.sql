-- another role owns it, with another query too
create schema app;
create table app.notes (id integer primary key, org integer, title text);
insert into app.notes values (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');
grant all on schema app to service_role;
grant select on app.notes to service_role;
create materialized view app.listed as select id, title from app.notes;
create materialized view app.other as select id from app.notes;
alter materialized view app.listed owner to service_role;
alter materialized view app.other owner to service_role;
