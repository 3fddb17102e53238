-- A domain that a range is of is to be over another type, and the function that measures it has other names.
-- refused: range type app.span stands on it
create schema app;
create domain app.score as bigint;
create type app.span as range (subtype = app.score);
