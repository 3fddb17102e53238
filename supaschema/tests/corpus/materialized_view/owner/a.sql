-- another role owns it, with another query too
-- refused: belongs to service_role, who may put anything in its place
create schema app;
create table app.notes (id integer primary key, org integer, title text);
insert into app.notes values (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c');
grant all on schema app to service_role;
grant select on app.notes to service_role;
create materialized view app.listed as select id, title from app.notes;
create materialized view app.other as select id, title from app.notes;
