-- a table of one name is in another schema
create schema one;
create schema two;
create table two.notes (id bigint primary key);
