-- an index's method changes
create schema app;
create table app.notes (id bigint primary key, a text, tags text[]);
create index i on app.notes (a);
create index j on app.notes (tags);
