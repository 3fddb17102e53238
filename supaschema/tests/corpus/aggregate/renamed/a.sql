-- an aggregate has another name and another schema
create schema app;
create schema other;
create aggregate app.least_of(integer) (sfunc = pg_catalog.int4smaller, stype = integer);
create view app.v as select app.least_of(n) as n from generate_series(1, 3) n;
comment on aggregate app.least_of(integer) is 'Least.';
