-- a type that takes a cast nobody makes, in a table that is renamed by the same plan
-- refused: cannot be cast automatically to type numeric
create schema app;
create table app.records (id integer primary key, value numeric(12,2));
