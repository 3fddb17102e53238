-- a function with an SQL body reads another column, and the old one goes
create schema app;
create table app.notes (id bigint primary key, x integer);
create function app.total() returns bigint language sql stable set search_path = ''
  begin atomic select sum(x) from app.notes; end;
insert into app.notes values (1, 1);
