-- a unique index changes that is the table's replica identity
create schema app;
create table app.notes (id bigint primary key, a text not null, b text not null);
create unique index i on app.notes (a, b);
alter table app.notes replica identity using index i;
