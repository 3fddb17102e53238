-- Of arrays of a domain the server proves nothing.
-- refused: columns hold domain app.score within arrays, rows or ranges
create schema app;
create domain app.score as integer constraint positive check (value > 0);
create table app.games (id integer primary key, scores app.score[]);
