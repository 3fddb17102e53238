-- a function's text becomes a body that the server parses
create schema app;
create function app.f(a integer) returns integer language sql set search_path = '' return a + 1;
