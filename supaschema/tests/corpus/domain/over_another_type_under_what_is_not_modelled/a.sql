-- A composite type has a column of the domain that is to be over another type.
-- refused: objects that no resource declares stand on domain app.score
create schema app;
create domain app.score as integer;
create type app.pair as (one app.score, other integer);
