-- a column with values goes
create schema app;
create table app.notes (id bigint primary key, stays text);
insert into app.notes values (1, 'x'), (2, 'y');
