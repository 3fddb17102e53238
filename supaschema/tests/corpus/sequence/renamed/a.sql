-- a sequence is called otherwise, and in another schema
create schema app;
create schema other;
create sequence app.numbers;
create table app.notes (id bigint primary key default nextval('app.numbers'));
insert into app.notes default values;
