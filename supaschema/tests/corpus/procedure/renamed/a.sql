-- a procedure has another name and another schema
create schema app;
create schema other;
create procedure app.run(a integer, out b text) language sql as $$ select 'x' $$;
comment on procedure app.run is 'Runs.';
grant execute on procedure app.run to anon;
