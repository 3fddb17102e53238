-- a column goes with the sequence that it owns, and both come back with their values
-- returns
create schema app;
create table app.notes (id bigint primary key, number serial, body text);
insert into app.notes (id) values (1), (2), (3);
