-- columns whose names differ by case
create schema app;
create table app.notes (id bigint primary key, name text, "Name" text);
insert into app.notes values (1, 'a', 'b');
alter table app.notes add column "NAME" text;
alter table app.notes alter column "Name" set default 'x';
