-- what was a function is an aggregate of the same name and arguments
create schema app;
create aggregate app.least_of(integer) (sfunc = pg_catalog.int4smaller, stype = integer);
comment on aggregate app.least_of(integer) is 'Least.';
