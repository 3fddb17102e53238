-- Of a composite type's columns the server proves nothing.
-- refused: NOT NULL has to wait until they are gone
create schema app;
create domain app.score as integer not null;
create type app.pair as (one app.score, other integer);
create table app.games (id integer primary key, pairs app.pair[]);
