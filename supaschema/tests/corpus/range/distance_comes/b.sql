-- A range comes to have a function that tells how far its bounds are apart, and another collation one does.
create schema app;
create function app.apart(a integer, b integer) returns double precision language sql immutable as 'select (a - b)::double precision';
create type app.span as range (subtype = integer, subtype_diff = app.apart);
create type app.words as range (subtype = text, collation = "C");
create view app.v as select null::app.span as span;
