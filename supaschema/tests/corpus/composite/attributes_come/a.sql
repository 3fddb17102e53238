-- Attributes come to a type of which nothing is, in their order, and to one that has none.
create schema app;
create type app.pair as (one integer);
create type app.empty as ();
