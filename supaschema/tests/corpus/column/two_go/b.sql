-- two columns with values go together, one generated from the other
create schema app;
create table app.notes (id bigint primary key);
insert into app.notes values (1);
