-- A range is of the domain that is to be over another type.
-- refused: objects that no resource declares stand on domain app.score
create schema app;
create domain app.score as integer;
create type app.span as range (subtype = app.score);
