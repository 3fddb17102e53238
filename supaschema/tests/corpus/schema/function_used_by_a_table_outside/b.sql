-- a schema comes of which a table outside uses a function
create table public.outside (id bigint primary key, code text);
create schema tools;
create function tools.code() returns text language sql set search_path = '' as $$ select 'x' $$;
alter table public.outside alter column code set default tools.code();
