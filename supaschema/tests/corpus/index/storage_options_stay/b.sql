-- an index with storage options gets another column
create schema app;
create table app.notes (id bigint primary key, a text, b text);
create index i on app.notes (a, b) with (fillfactor = 70);
comment on index app.i is 'by a';
