-- a unique constraint takes NULLs for equal
create schema app;
create table app.notes (id bigint primary key, a text, constraint u unique nulls not distinct (a));
insert into app.notes values (1, 'one'), (2, null);
