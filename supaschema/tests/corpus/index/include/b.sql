-- an index carries other columns
create schema app;
create table app.notes (id bigint primary key, a text, b text);
create index i on app.notes (a) include (b, id);
