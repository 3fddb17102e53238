-- A check calls a function, which is made anew with another name of its argument; a default, one that says another.
create schema app;
create function app.is_fine(given integer) returns boolean language sql immutable as 'select given >= 0';
create function app.least_one() returns integer language sql immutable as 'select 2';
create domain app.score as integer default app.least_one() constraint fine check (app.is_fine(value));
create table app.games (id integer primary key, score app.score);
insert into app.games values (1, 2);
