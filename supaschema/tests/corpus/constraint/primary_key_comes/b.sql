-- a table with rows gets a primary key
create schema app;
create table app.notes (id bigint not null, body text, constraint notes_pkey primary key (id));
insert into app.notes values (1, 'one');
