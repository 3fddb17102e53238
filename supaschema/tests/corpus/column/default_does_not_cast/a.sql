-- a type changes in a way in which the rows cast and the default does not
create schema app;
create table app.notes (id bigint primary key, at timestamptz default now());
insert into app.notes values (1, '2024-02-29');
