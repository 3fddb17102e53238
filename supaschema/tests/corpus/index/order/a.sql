-- an index's order and place of NULLs change
create schema app;
create table app.notes (id bigint primary key, a text, b text);
create index i on app.notes (a, b desc);
