-- a procedure does something else
create schema app;
create procedure app.run() language sql set search_path = '' as $$ select 1 $$;
