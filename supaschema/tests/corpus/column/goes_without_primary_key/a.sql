-- a column with values goes from a table without a primary key
create schema app;
create table app.notes (id bigint, body text);
insert into app.notes values (1, 'one'), (2, null);
