-- Comments, and who may use it, are others while a column is of the type.
create schema app;
create type app.pair as (one integer, two text);
comment on column app.pair.one is 'One of two.';
comment on column app.pair.two is 'The second.';
revoke usage on type app.pair from public;
create table app.notes (id integer primary key, pair app.pair);
insert into app.notes values (1, row(1, 'x'));
