-- The function that tells how far bounds are apart says something else.
create schema app;
create function app.apart(a integer, b integer) returns double precision language sql immutable as 'select (a - b)::double precision';
create type app.span as range (subtype = integer, subtype_diff = app.apart);
create table app.notes (id integer primary key, span app.span);
create index i on app.notes using gist (span);
