-- a procedure has another name and another schema
create schema app;
create schema other;
create procedure other.walk(a integer, out b text) language sql as $$ select 'x' $$;
comment on procedure other.walk is 'Runs.';
grant execute on procedure other.walk to anon;
