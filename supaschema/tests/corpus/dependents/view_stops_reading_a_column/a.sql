-- a view stops reading a column, and the column goes
-- returns
create schema app;
create table app.notes (id bigint primary key, x integer, y integer);
create view app.v as select id, x, y from app.notes;
comment on view app.v is 'what is read';
grant select on app.v to authenticated;
insert into app.notes values (1, 1, 1);
