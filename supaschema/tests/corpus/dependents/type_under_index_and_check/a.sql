-- the type of a column changes that an index, a check and a unique constraint name
create schema app;
create table app.notes (id integer primary key, n integer unique, constraint positive check (n > 0));
insert into app.notes values (1, 10), (2, 20);
create index notes_n on app.notes (n desc) where n > 5;
comment on index app.notes_n is 'by number';
create statistics app.notes_stats on id, n from app.notes;
