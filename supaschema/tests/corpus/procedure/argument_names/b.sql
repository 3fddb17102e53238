-- a procedure's arguments have other names
create schema app;
create procedure app.run(a integer, c integer) language sql as $$ select $1 $$;
comment on procedure app.run is 'Runs.';
grant execute on procedure app.run to anon with grant option;
