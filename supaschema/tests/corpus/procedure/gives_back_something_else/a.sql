-- what a procedure gives back in arguments has another name and type
create schema app;
create procedure app.run(a integer, inout b integer, out c text) language sql as $$ select b, 'x' $$;
create procedure app.tell(a integer) language sql as $$ select 1 $$;
