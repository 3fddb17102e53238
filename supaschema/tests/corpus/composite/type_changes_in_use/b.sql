-- An attribute has another type, or collation, while columns are of it, or of a domain over it.
-- refused: it cannot have another type while columns are of the type: column app.notes.pair, column app.others.known.
create schema app;
create type app.pair as (one bigint, two text collate "C");
create domain app.known as app.pair;
create table app.notes (id integer primary key, pair app.pair);
create table app.others (id integer primary key, known app.known);
