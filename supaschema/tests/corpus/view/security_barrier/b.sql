-- a view's conditions go before those of its reader
create schema app;
create table app.notes (id bigint primary key, a integer);
create view app.v with (security_barrier = true) as select id, a from app.notes;
