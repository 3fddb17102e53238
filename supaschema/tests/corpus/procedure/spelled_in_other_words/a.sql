-- a procedure's arguments are written in other words
-- unchanged
create schema app;
create procedure app.run(a int4, b varchar default null, c timestamptz default now()) language sql as $$ select 1 $$;
