-- A range comes to have a function that tells how far its bounds are apart, and another collation one does.
create schema app;
create function app.apart(a integer, b integer) returns double precision language sql immutable as 'select (a - b)::double precision';
create type app.span as range (subtype = integer);
create type app.words as range (subtype = text);
create view app.v as select null::app.span as span;
