-- a function that a procedure's parsed body and its default call gives another type
create schema app;
create table app.notes (id bigint primary key, size bigint);
create function app.size() returns integer language sql as 'select 1';
create procedure app.grow(amount bigint default app.size()) begin atomic select size + app.size() from app.notes; end;
grant execute on procedure app.grow to anon;
comment on procedure app.grow is 'Grows.';
