-- a procedure does something else
create schema app;
create procedure app.run() language plpgsql set search_path = '' as $$ begin perform 2; end $$;
