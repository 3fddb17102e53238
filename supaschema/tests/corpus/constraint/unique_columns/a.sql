-- a unique constraint gets another column
create schema app;
create table app.notes (id bigint primary key, a text, b text, constraint u unique (a));
insert into app.notes values (1, 'one', 'x');
