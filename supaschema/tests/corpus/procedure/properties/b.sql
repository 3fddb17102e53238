-- whose rights and settings a procedure has changes
create schema app;
create procedure app.run() language sql security definer set search_path = 'pg_catalog', 'pg_temp' set work_mem = '8MB' as $$ select 1 $$;
create procedure app.end_it() language plpgsql set search_path = '' as $$ begin null; end $$;
