-- a column goes that a publication lists, and another one comes
create schema app;
create table app.notes (id bigint primary key, body text);
create publication feed for table app.notes (id, body);
