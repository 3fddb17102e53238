-- an aggregate's types are written in other words
-- unchanged
create schema app;
create aggregate app.least_of(basetype = integer, sfunc = pg_catalog.int4smaller, stype = integer);
