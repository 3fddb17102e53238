-- a varchar gets shorter than a value
create schema app;
create table app.notes (id bigint primary key, body varchar(50));
insert into app.notes values (1, 'longer than ten');
