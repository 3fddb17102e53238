-- An attribute has another type while a column is of an array of it.
-- refused: columns are of the type: column app.notes.pairs.
create schema app;
create type app.pair as (one integer);
create table app.notes (id integer primary key, pairs app.pair[]);
