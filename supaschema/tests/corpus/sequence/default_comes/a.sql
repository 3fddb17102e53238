-- a table draws its keys from a sequence of its own
create schema app;
create table app.notes (id bigint not null, body text);
insert into app.notes values (7, 'seven');
