-- how a column is stored changes
create schema app;
create table app.notes (id bigint primary key, body text);
insert into app.notes values (1, 'one');
alter table app.notes alter column body set storage external;
