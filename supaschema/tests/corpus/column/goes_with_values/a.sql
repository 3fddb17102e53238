-- a column with values goes
-- returns
create schema app;
create table app.notes (id bigint primary key, body text, stays text);
insert into app.notes values (1, 'one', 'x'), (2, null, 'y');
