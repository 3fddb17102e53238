-- Attributes come to a type and go again while columns, arrays, views and functions are of it.
create schema app;
create type app.pair as (one integer, two text, three bigint, four text);
create domain app.known as app.pair;
create table app.notes (id integer primary key, pair app.pair default row(1, 'a', null, null)::app.pair, pairs app.pair[], known app.known);
insert into app.notes values (1, null);
create view app.v as select (pair).one as one, pair from app.notes;
create function app.f(p app.pair) returns app.pair language sql as 'select p';
create function app.g(p app.pair) returns text language sql begin atomic select (p).two; end;
