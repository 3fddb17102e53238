-- a partial index's condition changes
create schema app;
create table app.notes (id bigint primary key, a text, gone boolean);
create index i on app.notes (a) where gone is null;
