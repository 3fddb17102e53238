-- A check calls a function, a default another one; both are made anew with other names of their arguments.
create schema app;
create function app.is_fine(given integer) returns boolean language sql immutable as 'select given >= 0';
create function app.least(given integer) returns integer language sql immutable as 'select given';
create domain app.score as integer default app.least(1) constraint fine check (app.is_fine(value));
create table app.games (id integer primary key, score app.score);
insert into app.games values (1, 2);
