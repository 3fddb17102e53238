-- a function's result changes under the default of a view's column, of which a policy reads another one
create schema app;
create table app.notes (id bigint primary key, n bigint);
create view app.list with (security_invoker = true) as select id, n from app.notes;
create function app.usual() returns bigint language sql immutable set search_path = '' as 'select 2::bigint';
alter view app.list alter column n set default app.usual();
comment on column app.list.n is 'A number.';
grant select on app.list to authenticated;
create view app.sums as select sum(id) as total from app.list;
insert into app.list (id) values (1);
