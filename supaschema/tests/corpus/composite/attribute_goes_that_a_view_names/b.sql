-- An attribute goes, and a view names it still.
create schema app;
create type app.pair as (one integer);
create view app.v as select 'a'::text as two, (row(1)::app.pair).one;
