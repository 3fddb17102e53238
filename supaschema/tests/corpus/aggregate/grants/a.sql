-- who may call an aggregate changes
create schema app;
create aggregate app.least_of(integer) (sfunc = pg_catalog.int4smaller, stype = integer);
revoke all on function app.least_of from public;
grant execute on function app.least_of to anon;
