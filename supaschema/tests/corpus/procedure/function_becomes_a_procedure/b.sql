-- what was a function is a procedure of the same name and arguments
create schema app;
create procedure app.run(a integer) language sql as $$ select 1 $$;
comment on procedure app.run is 'Runs.';
revoke all on procedure app.run from public;
grant execute on procedure app.run to anon;
