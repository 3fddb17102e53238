-- an aggregate's result is of another type, and what stands on it stands aside
create schema app;
create function app.add(state bigint, value integer) returns bigint language sql immutable as 'select coalesce(state, 0) + coalesce(value, 0)';
create aggregate app.total(integer) (sfunc = app.add, stype = bigint);
comment on aggregate app.total(integer) is 'Totals.';
grant execute on function app.total(integer) to anon;
create view app.v as select app.total(n)::text as total from generate_series(1, 3) n;
create function app.sum() returns text stable begin atomic select app.total(n)::text from generate_series(1, 3) n; end;
grant select on app.v to anon;
