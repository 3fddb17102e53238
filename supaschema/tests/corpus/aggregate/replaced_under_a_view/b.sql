-- an aggregate calls another function and begins with another state, under a view
create schema app;
create function app.add(state bigint, value integer) returns bigint language sql immutable as 'select coalesce(state, 0) + coalesce(value, 0)';
create function app.times(state bigint, value integer) returns bigint language sql immutable as 'select state * value';
create aggregate app.total(value integer) (sfunc = app.times, stype = bigint, initcond = '1', parallel = restricted);
create view app.v as select app.total(n) as total from generate_series(1, 3) n;
