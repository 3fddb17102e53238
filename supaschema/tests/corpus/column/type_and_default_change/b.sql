-- type and default change, and the old default is no value of the new type
create schema app;
create table app.notes (id bigint primary key, n text default 'seven');
insert into app.notes values (1, '5');
