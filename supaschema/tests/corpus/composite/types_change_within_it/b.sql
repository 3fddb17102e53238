-- A domain that an attribute is of is to be over another type, and an enum type that one is of loses a label.
-- refused: composite attribute app.day.
create schema app;
create domain app.score as bigint;
create type app.mood as enum ('happy');
create type app.day as (score app.score, mood app.mood);
