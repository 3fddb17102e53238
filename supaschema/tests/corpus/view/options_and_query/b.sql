-- a view's options and query change together
create schema app;
create table app.notes (id bigint primary key, a integer);
create view app.v with (security_invoker = true, security_barrier = true) as select id, a from app.notes;
