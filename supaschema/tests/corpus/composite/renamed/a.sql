-- A composite type, and its attributes, have other names, and what is of it follows.
create schema app;
create schema other;
create type app.pair as (one integer, two text);
create domain app.known as app.pair check ((value).one > 0);
create table app.notes (id integer primary key, pair app.pair default row(1, 'a')::app.pair, pairs app.pair[], known app.known);
insert into app.notes values (1, row(1, 'x'), array[row(2, 'y')::app.pair], row(3, 'z'));
create view app.v as select (pair).one as one, pair, row(1, 'b')::app.pair as made from app.notes;
create function app.f(p app.pair) returns app.pair language sql as 'select p';
create function app.g(p app.pair) returns integer language sql begin atomic select (p).one; end;
