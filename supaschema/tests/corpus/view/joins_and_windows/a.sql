-- a view with everything in it comes
create schema app;
create table app.notes (id bigint primary key, a integer, at timestamptz);
