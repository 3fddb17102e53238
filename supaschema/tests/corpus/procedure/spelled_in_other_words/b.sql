-- a procedure's arguments are written in other words
-- unchanged
create schema app;
create procedure app.run(a integer, b character varying default null::character varying, c timestamp with time zone default now()) language sql as $$ select 1 $$;
