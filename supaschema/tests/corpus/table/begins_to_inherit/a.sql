-- a table begins to inherit from another
create schema app;
create table app.notes (id bigint, constraint positive check (id > 0));
create table app.special (id bigint, extra text, constraint positive check (id > 0));
