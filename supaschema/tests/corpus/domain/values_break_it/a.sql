-- Values that exist break a check that comes.
create schema app;
create domain app.score as integer;
create table app.games (id integer primary key, "a score" app.score);
insert into app.games values (1, -2), (2, 2), (3, -3);
