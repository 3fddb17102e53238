-- an index's method changes
create schema app;
create table app.notes (id bigint primary key, a text, tags text[]);
create index i on app.notes using hash (a);
create index j on app.notes using gin (tags);
