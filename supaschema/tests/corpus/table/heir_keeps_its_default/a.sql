-- a table's default goes, and a table that inherits from it has one of its own
create schema app;
create table app.notes (id bigint, n integer default 1);
create table app.special (extra text) inherits (app.notes);
create table app.plain () inherits (app.notes);
alter table only app.special alter column n set default 9;
insert into app.special (id, extra) values (1, 'x');
