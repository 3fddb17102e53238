-- A domain over an enum that gains a label has another check and another default.
-- refused: column app.notes.state stands on it
create schema app;
create type app.state as enum ('new', 'done', 'gone');
create domain app.open as app.state default 'new' constraint open check (value <> 'gone');
create table app.notes (id integer primary key, state app.open);
insert into app.notes values (1, 'new');
