-- an index changes beside one whose name is the helper's
create schema app;
create table app.notes (id bigint primary key, a text, b text);
create index i__new on app.notes (b);
create index i__old on app.notes (b desc);
create index i on app.notes (a, b);
