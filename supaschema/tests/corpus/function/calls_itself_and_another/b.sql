-- functions that call each other in their texts come
create schema app;
create function app.even(n integer) returns boolean language plpgsql set search_path = '' as $$ begin return n = 0 or app.odd(n - 1); end $$;
create function app.odd(n integer) returns boolean language plpgsql set search_path = '' as $$ begin return n <> 0 and app.even(n - 1); end $$;
create function app.adds(n integer) returns integer language sql set search_path = '' as $$ select pg_catalog.abs(n) $$;
