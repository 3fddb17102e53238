-- a table from which another inherits loses a column, a check and a NOT NULL
create schema app;
create table app.notes (id bigint primary key, n integer);
create table app.special (extra text) inherits (app.notes);
create view app.seen as select id, extra from app.special;
insert into app.special (id, n, extra) values (1, 1, 'x');
