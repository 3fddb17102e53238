-- A composite type, and its attributes, have other names, and what is of it follows.
create schema app;
create schema other;
create type other.duo as (uno integer, due text);
create domain app.known as other.duo check ((value).uno > 0);
create table app.notes (id integer primary key, pair other.duo default row(1, 'a')::other.duo, pairs other.duo[], known app.known);
insert into app.notes values (1, row(1, 'x'), array[row(2, 'y')::other.duo], row(3, 'z'));
create view app.v as select (pair).uno as one, pair, row(1, 'b')::other.duo as made from app.notes;
create function app.f(p other.duo) returns other.duo language sql as 'select p';
create function app.g(p other.duo) returns integer language sql begin atomic select (p).uno; end;
