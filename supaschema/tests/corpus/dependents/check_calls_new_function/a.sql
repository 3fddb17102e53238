-- a check comes that calls a function that comes; rows pass it
create schema app;
create table app.notes (id bigint primary key, body text);
insert into app.notes values (1, 'good');
