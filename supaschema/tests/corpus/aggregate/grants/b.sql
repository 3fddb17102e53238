-- who may call an aggregate changes
create schema app;
create aggregate app.least_of(integer) (sfunc = pg_catalog.int4smaller, stype = integer);
grant execute on function app.least_of to authenticated;
