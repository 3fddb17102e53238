-- The function that tells how far bounds are apart has other names of arguments.
-- refused: range type app.span stands on it
create schema app;
create function app.apart(a integer, b integer) returns double precision language sql immutable as 'select (a - b)::double precision';
create type app.span as range (subtype = integer, subtype_diff = app.apart);
