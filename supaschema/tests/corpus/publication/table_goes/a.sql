-- a published table with rows goes to the archive, where nothing is published of it, and comes back
-- returns
create schema app;
create table app.notes (id bigint primary key, body text);
create table app.people (id bigint primary key);
create publication feed for table app.notes (id) where (id > 0), app.people;
insert into app.notes values (1, 'a');
