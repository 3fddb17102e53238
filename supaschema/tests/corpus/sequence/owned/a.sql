-- a column owns the sequence that it draws from
create schema app;
create sequence app.numbers;
create table app.notes (id bigint primary key default nextval('app.numbers'));
insert into app.notes default values;
