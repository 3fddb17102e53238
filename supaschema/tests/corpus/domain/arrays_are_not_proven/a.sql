-- Of arrays of a domain the server proves nothing.
create schema app;
create domain app.score as integer;
create table app.games (id integer primary key, scores app.score[]);
