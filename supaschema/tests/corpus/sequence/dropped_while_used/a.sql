-- a sequence goes that nobody owns and the default of a column calls, which lets go of it in the same plan
create schema app;
create sequence app.numbers;
create table app.notes (id bigint primary key default nextval('app.numbers'), body text);
insert into app.notes (body) values ('one');
