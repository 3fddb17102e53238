-- a unique index of one name becomes a constraint
create schema app;
create table app.notes (id bigint primary key, a text);
insert into app.notes values (1, 'one');
create unique index u on app.notes (a);
