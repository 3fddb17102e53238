-- a primary key over values of which two are equal
create schema app;
-- refused: notes
create table app.notes (id bigint not null, body text, constraint notes_pkey primary key (id));
insert into app.notes values (1, 'one');
