-- the type of a column changes that a view gives
create schema app;
create table app.notes (id integer primary key, n integer);
insert into app.notes values (1, 10), (2, 20);
create view app.v as select id, n from app.notes;
comment on view app.v is 'all notes';
grant select on app.v to anon, authenticated;
