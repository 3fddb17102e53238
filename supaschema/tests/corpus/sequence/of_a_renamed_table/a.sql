-- the table of the column that owns a sequence is called otherwise
create schema app;
create table app.notes (id bigint primary key);
create sequence app.numbers owned by app.notes.id;
alter table app.notes alter column id set default nextval('app.numbers');
insert into app.notes default values;
