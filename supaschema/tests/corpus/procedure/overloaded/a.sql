-- one of several procedures of a name changes, beside a function
create schema app;
create procedure app.run() language sql as $$ select 1 $$;
create procedure app.run(a integer) language sql as $$ select 1 $$;
create function app.run(a text) returns integer language sql as $$ select 1 $$;
