-- the type of a column changes under the expression of an index that has a statistics target
create schema app;
create table app.notes (id integer primary key, t text);
create index i on app.notes (lower(t), (id + 1));
alter index app.i alter column 1 set statistics 300;
alter index app.i alter column 2 set statistics 200;
insert into app.notes values (1, 'one');
