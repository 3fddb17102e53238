-- a column gets a default and refuses NULL
create schema app;
create table app.notes (id bigint primary key, body text);
insert into app.notes values (1, 'one');
