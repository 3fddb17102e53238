-- Attributes are ordered anew while a column is of their type.
-- refused: its attributes cannot be ordered anew while columns are of the type: column app.notes.pair.
create schema app;
create type app.pair as (two text, one integer);
create table app.notes (id integer primary key, pair app.pair);
