-- A check calls a function, a default another one; both are made anew with other names of their arguments.
create schema app;
create function app.is_fine(value integer) returns boolean language sql immutable as 'select value > 0';
create function app.least(value integer) returns integer language sql immutable as 'select value';
create domain app.score as integer default app.least(1) constraint fine check (app.is_fine(value));
create table app.games (id integer primary key, score app.score);
insert into app.games values (1, 2);
