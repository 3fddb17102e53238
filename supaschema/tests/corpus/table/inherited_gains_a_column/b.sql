-- a table from which another inherits gains a column and a check
create schema app;
create table app.notes (id bigint, n integer, constraint positive check (n > 0));
create table app.special (extra text) inherits (app.notes);
insert into app.special (id, extra) values (1, 'x');
