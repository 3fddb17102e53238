-- an expression of an index has a statistics target
create schema app;
create table app.notes (id bigint primary key, a text);
create index i on app.notes (lower(a));
