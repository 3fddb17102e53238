-- a table from which another inherits gains a column and a check
create schema app;
create table app.notes (id bigint);
create table app.special (extra text) inherits (app.notes);
insert into app.special (id, extra) values (1, 'x');
