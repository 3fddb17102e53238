-- an aggregate has another name and another schema
create schema app;
create schema other;
create aggregate other.smallest(integer) (sfunc = pg_catalog.int4smaller, stype = integer);
create view app.v as select other.smallest(n) as n from generate_series(1, 3) n;
comment on aggregate other.smallest(integer) is 'Least.';
