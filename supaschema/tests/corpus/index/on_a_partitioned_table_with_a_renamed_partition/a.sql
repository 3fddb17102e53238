-- a partition has another name, and its table gains an index at once
create schema app;
create table app.notes (id integer, body text) partition by range (id);
create table app.first_notes partition of app.notes for values from (minvalue) to (2);
create table app.other_notes partition of app.notes for values from (2) to (maxvalue);
insert into app.notes values (1, 'a'), (2, 'b');
