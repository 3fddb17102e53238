-- functions of an extension and of a range type are none of ours; a neighbour changes
create extension ltree with schema public;
create schema app;
create type app.spans as range (subtype = integer);
create function app.f() returns integer language sql set search_path = '' as $$ select 2 $$;
