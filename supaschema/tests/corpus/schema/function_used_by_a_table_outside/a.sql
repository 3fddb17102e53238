-- a schema comes of which a table outside uses a function
create table public.outside (id bigint primary key, code text);
