-- a view that is read with its owner's rights has another owner
-- refused: belongs to service_role, who may put anything in its place
create schema app;
grant all on schema app to service_role;
create table app.notes (id bigint primary key, a integer);
create view app.v as select id, a from app.notes;
