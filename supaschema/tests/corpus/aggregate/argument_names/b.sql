-- an aggregate's argument has another name
create schema app;
create aggregate app.least_of(other integer) (sfunc = pg_catalog.int4smaller, stype = integer);
