-- a view becomes a table of one name
create schema app;
create view app.v as select 1::bigint as id;
