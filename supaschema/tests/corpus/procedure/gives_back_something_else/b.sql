-- what a procedure gives back in arguments has another name and type
create schema app;
create procedure app.run(a integer, inout b integer, out d bigint) language sql as $$ select b, 1::bigint $$;
create procedure app.tell(a integer, out b integer) language sql as $$ select 1 $$;
