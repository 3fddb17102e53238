-- a type that takes a cast nobody makes, in a schema that is renamed by the same plan
-- refused: cannot be cast automatically to type numeric
create schema apps;
create table apps.notes (id integer primary key, value numeric(12,2));
