-- three columns of one table refuse NULL
create schema app;
create table app.notes (id bigint primary key, x text, y text, z text);
insert into app.notes values (1, 'x', 'y', 'z');
