-- constraints and the index of one have comments
create schema app;
create table app.notes (id bigint constraint pk primary key, a text constraint u unique, constraint c check (a <> ''));
