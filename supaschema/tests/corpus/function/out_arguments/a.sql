-- a function's result comes in arguments
create schema app;
create function app.f(a integer, out b integer, out c text) language sql set search_path = '' as $$ select 1, 'x' $$;
