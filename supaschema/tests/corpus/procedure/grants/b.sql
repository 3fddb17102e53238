-- who may call a procedure changes
create schema app;
create procedure app.run(integer) language sql as $$ select 1 $$;
grant execute on procedure app.run to authenticated;
