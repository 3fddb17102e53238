-- Comments, and who may use it, are others while a column is of the type.
create schema app;
create type app.pair as (one integer, two text);
comment on type app.pair is 'Two things.';
comment on column app.pair.one is 'The first.';
create table app.notes (id integer primary key, pair app.pair);
insert into app.notes values (1, row(1, 'x'));
