-- A domain over an enum that gains a label has another check and another default.
create schema app;
create type app.state as enum ('new', 'done', 'gone', 'lost');
create domain app.open as app.state default 'lost' constraint open check (value not in ('gone', 'done'));
create table app.notes (id integer primary key, state app.open);
insert into app.notes values (1, 'new');
