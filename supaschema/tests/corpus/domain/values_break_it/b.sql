-- Values that exist break a check that comes.
-- refused: 2 values of app.games.a score break the check positive of domain app.score
create schema app;
create domain app.score as integer constraint positive check (value > 0);
create table app.games (id integer primary key, "a score" app.score);
