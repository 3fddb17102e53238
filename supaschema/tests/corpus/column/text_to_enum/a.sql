-- a text becomes an enum, for which there is no cast without USING
create schema app;
create type app.state as enum ('new', 'old');
create table app.notes (id integer primary key, s text default 'new', v text);
insert into app.notes values (1, 'new', 'old');
