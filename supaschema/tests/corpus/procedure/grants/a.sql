-- who may call a procedure changes
create schema app;
create procedure app.run(integer) language sql as $$ select 1 $$;
revoke all on procedure app.run from public;
grant execute on procedure app.run to anon;
