-- what was a function is a procedure of the same name and arguments
create schema app;
create function app.run(a integer) returns void language sql as $$ select 1 $$;
comment on function app.run is 'Runs.';
revoke all on function app.run from public;
grant execute on function app.run to anon;
