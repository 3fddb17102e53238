-- An attribute goes, and the view, the check and the function that name it name it no more.
create schema app;
create type app.pair as (one integer, two text);
create table app.notes (id integer primary key, pair app.pair, check ((pair).two <> ''));
create view app.v as select (pair).one as one, (pair).two as two from app.notes;
create function app.g(p app.pair) returns text language sql begin atomic select (p).two; end;
