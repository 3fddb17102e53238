-- an index's storage options change
create schema app;
create table app.notes (id bigint primary key, a text);
create index i on app.notes (a) with (fillfactor = 90);
