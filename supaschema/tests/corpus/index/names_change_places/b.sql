-- two indexes have each other's names
create schema app;
create table app.notes (id bigint primary key, a text, b text);
create index i on app.notes (b);
create index j on app.notes (a);
