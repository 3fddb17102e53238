-- the type of a column changes that a function with an SQL body reads
create schema app;
create table app.notes (id integer primary key, n bigint);
insert into app.notes values (1, 10), (2, 20);
create function app.total() returns numeric language sql stable set search_path = ''
  begin atomic select sum(n)::numeric from app.notes; end;
grant execute on function app.total() to authenticated;
revoke execute on function app.total() from public;
