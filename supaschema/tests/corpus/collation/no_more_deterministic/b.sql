-- needs: icu
-- A collation comes to take for equal what is not, while a key is of a column that it orders.
-- refused: column app.notes.email stands on it, and cannot be dropped and recreated without loss
create schema app;
create collation app.folded (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create table app.notes (id integer primary key, email text collate app.folded unique);
insert into app.notes values (1, 'a');
