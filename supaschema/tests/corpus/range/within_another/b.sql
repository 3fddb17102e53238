-- A range has other bounds while an attribute of a composite type is of it.
-- refused: composite attribute app.pair.span stands on it
create schema app;
create type app.span as range (subtype = bigint);
create type app.pair as (span app.span);
