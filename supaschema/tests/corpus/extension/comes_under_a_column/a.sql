-- a column of a type that an extension brings comes with it: the column after it, and away before it
create schema app;
create table app.people (id bigint primary key);
