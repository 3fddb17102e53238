-- An attribute goes, and a view names it still.
create schema app;
create type app.pair as (one integer, two text);
create view app.v as select (row(1, 'a')::app.pair).two as two;
