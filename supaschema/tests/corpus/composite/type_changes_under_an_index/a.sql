-- An attribute has another type while an index and a check compute with it.
-- refused: it cannot have another type while it is computed with: constraint app.notes.c, index app.notes.i.
create schema app;
create type app.pair as (one integer);
create table app.notes (id integer primary key, n integer);
create index i on app.notes (((null::app.pair).one + n));
alter table app.notes add constraint c check ((null::app.pair).one is null);
