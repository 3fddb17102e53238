-- Composite types of enum types, domains, composite types and the rows of tables come, and columns of them.
create schema app;
create type app.state as enum ('new', 'done');
create domain app.score as integer check (value > 0);
create table app.rows (id integer primary key);
create type app.zero as (state app.state, score app.score);
create type app.all as (zeros app.zero[], row_ app.rows);
create domain app.known as app.all;
create table app.notes (id integer primary key, known app.known, zero app.zero);
insert into app.notes values (1);
create function app.f(p app.all) returns setof app.zero language sql as 'select unnest((p).zeros)';
