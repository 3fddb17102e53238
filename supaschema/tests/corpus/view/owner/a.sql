-- a view that is read with its owner's rights has another owner
create schema app;
grant all on schema app to service_role;
create table app.notes (id bigint primary key, a integer);
create view app.v as select id, a from app.notes;
