-- a function's text names a table without its schema, and the caller's path finds it
create table public.notes (id bigint primary key);
