-- an aggregate calls another function and begins with another state, under a view
create schema app;
create function app.add(state bigint, value integer) returns bigint language sql immutable as 'select coalesce(state, 0) + coalesce(value, 0)';
create aggregate app.total(integer) (sfunc = app.add, stype = bigint, initcond = '0');
comment on aggregate app.total(integer) is 'Totals.';
create view app.v as select app.total(n) as total from generate_series(1, 3) n;
