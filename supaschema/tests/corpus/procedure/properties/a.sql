-- whose rights and settings a procedure has changes
create schema app;
create procedure app.run() language sql set search_path = '' as $$ select 1 $$;
create procedure app.end_it() language plpgsql as $$ begin commit; end $$;
