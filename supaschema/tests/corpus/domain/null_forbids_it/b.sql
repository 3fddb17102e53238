-- Rows hold NULL where a domain over the domain is to refuse it.
-- refused: values of app.notes.name break NOT NULL of domain app.word
create schema app;
create domain app.word as text not null;
create domain app.name as app.word;
create table app.notes (id integer primary key, name app.name);
