-- Ranges of an enum type and a domain come, and columns, indexes and constraints of them.
create schema app;
create type app.state as enum ('new', 'done');
create domain app.score as integer check (value > 0);
create type app.states as range (subtype = app.state);
create type app.scores as range (subtype = app.score, multirange_type_name = app.many);
create type app.both as (states app.states, many app.many);
create domain app.known as app.scores;
create domain app.more as app.many;
create table app.notes (id integer primary key, states app.states, scores app.known, many app.many, exclude using gist (states with &&));
create index i on app.notes using gist (many);
insert into app.notes values (1, '[new,done)');
