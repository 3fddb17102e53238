-- what a function gives back in arguments has another name and type, under a view
create schema app;
create function app.f(a integer, out b integer, out c text) language sql set search_path = '' as $$ select 1, 'x' $$;
create view app.v as select c from app.f(1);
