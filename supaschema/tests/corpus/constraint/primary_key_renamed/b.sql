-- a primary key has another name
create schema app;
create table app.notes (id bigint constraint new_name primary key);
insert into app.notes values (1);
