-- a column gets a default and refuses NULL
create schema app;
create table app.notes (id bigint primary key, body text not null default '');
insert into app.notes values (1, 'one');
