-- A domain of which columns are, and columns of a domain over it, is to be over another type.
-- refused: it cannot be over another type while columns are of it: column app.games.high, column app.games.score, column app.games.scores
create schema app;
create domain app.score as bigint;
create domain app.high as app.score;
create table app.games (id integer primary key, score app.score, scores app.score[], high app.high);
