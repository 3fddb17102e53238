-- a function comes of which every name needs quotes
create schema "My Schema";
create function "My Schema"."my ""function"""("A b" integer, "c" text) returns integer language sql set search_path = ''
  as $$ select "A b" $$;
