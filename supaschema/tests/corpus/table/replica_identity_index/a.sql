-- a table's replica identity becomes a unique index
create schema app;
create table app.notes (id bigint primary key, code text not null);
create unique index notes_code on app.notes (code);
