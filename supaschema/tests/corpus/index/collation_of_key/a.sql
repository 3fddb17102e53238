-- what a key and a column are compared by changes, and nothing else
create schema app;
create table app.notes (id integer primary key, a text, b text collate "C");
create index i on app.notes (a collate "C");
create index j on app.notes (b);
