-- an aggregate of functions that come too, with its comment and who may call it
create schema app;
create function app.add(state bigint, value integer) returns bigint language sql immutable as 'select coalesce(state, 0) + coalesce(value, 0)';
create function app.told(state bigint) returns text language sql immutable as 'select state::text';
create aggregate app.total(value integer) (sfunc = app.add, stype = bigint, initcond = '0', finalfunc = app.told, sspace = 16, parallel = safe, combinefunc = pg_catalog.int8pl);
create aggregate app.many(*) (sfunc = pg_catalog.int8inc, stype = bigint, initcond = '0', msfunc = pg_catalog.int8inc, minvfunc = pg_catalog.int8dec, mstype = bigint, msspace = 8, minitcond = '0');
create aggregate app.least_of(integer) (sfunc = pg_catalog.int4smaller, stype = integer, sortop = operator(pg_catalog.<));
comment on aggregate app.total(integer) is 'Totals.';
comment on aggregate app.many(*) is 'Counts.';
revoke all on function app.total(integer) from public;
grant execute on function app.total(integer) to authenticated;
