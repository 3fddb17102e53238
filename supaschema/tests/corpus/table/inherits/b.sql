-- a table comes that inherits from another
create schema app;
create table app.notes (id bigint, constraint positive check (id > 0));
create table app.special (extra text) inherits (app.notes);
