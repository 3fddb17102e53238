-- A domain comes whose check calls a function that takes it.
create schema app;
create domain app.score as integer;
create function app.is_fine(score app.score) returns boolean language sql immutable as 'select true';
alter domain app.score add constraint fine check (app.is_fine(value));
create table app.games (id integer primary key, score app.score);
