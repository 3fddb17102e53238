-- a unique index takes NULLs for equal
create schema app;
create table app.notes (id bigint primary key, a text);
create unique index i on app.notes (a);
