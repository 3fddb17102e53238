-- a table is published without what inherits from it
create schema app;
create table app.notes (id bigint primary key);
create table app.letters () inherits (app.notes);
