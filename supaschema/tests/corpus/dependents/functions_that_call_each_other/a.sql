-- functions with SQL bodies of which one calls the other both come and go
create schema app;
create function app.zbase(x integer) returns integer language sql immutable set search_path = ''
  begin atomic select x + 1; end;
create function app.above(x integer) returns integer language sql immutable set search_path = ''
  begin atomic select app.zbase(x) * 2; end;
