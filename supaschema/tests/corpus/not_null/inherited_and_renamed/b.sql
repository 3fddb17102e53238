-- a column that children inherit has another name, and its NOT NULL with it
create schema app;
create table app.notes (heading text not null, size int constraint sized not null);
create table app.letters (sent date) inherits (app.notes);
create table app.cards (heading text constraint notes_heading_not_null not null, size int constraint sized not null);
alter table app.cards inherit app.notes;
insert into app.letters values ('one', 1);
