-- a table comes with a sequence that one of its columns owns and another one draws from
create schema app;
create table app.kept (id bigint primary key);
create table app.notes (id bigint primary key, number integer, alone bigserial);
create sequence app.numbers as integer owned by app.notes.id;
alter table app.notes alter column number set default nextval('app.numbers');
