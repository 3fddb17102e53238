-- functions with arguments of every mode come
create schema app;
create function app.f(inout a integer, in b text default 'x') language sql set search_path = '' as $$ select a $$;
create function app.g(variadic items integer[]) returns integer language sql set search_path = '' as $$ select items[1] $$;
