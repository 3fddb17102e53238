-- a view's columns stay, its condition names another column, the old one goes
create schema app;
create table app.notes (id bigint primary key, x integer);
create view app.v as select id from app.notes where x > 0;
insert into app.notes values (1, 1);
