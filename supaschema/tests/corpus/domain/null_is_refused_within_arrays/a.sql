-- Of a composite type's columns the server proves nothing.
create schema app;
create domain app.score as integer;
create type app.pair as (one app.score, other integer);
create table app.games (id integer primary key, pairs app.pair[]);
