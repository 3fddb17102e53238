-- a table with rows goes
-- returns
create schema app;
create table app.notes (id bigint primary key, body text);
insert into app.notes values (1, 'one');
