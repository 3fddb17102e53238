-- a column goes with the sequence that it owns, and both come back with their values
create schema app;
create table app.notes (id bigint primary key, body text);
