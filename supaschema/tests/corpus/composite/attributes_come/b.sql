-- Attributes come to a type of which nothing is, in their order, and to one that has none.
create schema app;
create type app.pair as (one integer, two text, three numeric(10,2), ten text collate "C");
comment on column app.pair.three is 'The third.';
create type app.empty as (one integer);
