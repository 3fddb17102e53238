-- a column with rows becomes an identity that goes on after them
create schema app;
create table app.notes (id bigint primary key, body text);
insert into app.notes values (41, 'one'), (42, 'two');
