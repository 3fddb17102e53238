-- a view and the view it reads both go, and both come
create schema app;
create table app.notes (id bigint primary key, body text);
insert into app.notes values (1, 'one');
