-- A domain, and its check, have other names, and what is of it follows.
create schema app;
create schema other;
create domain app.score as integer constraint score_check check (value > 0) constraint small check (value < 10);
create domain app.high as app.score;
create table app.games (id integer primary key, score app.score default 1::app.score, scores app.score[]);
insert into app.games values (1, 2, '{3}');
create view app.scores as select score from app.games;
create function app.doubled(score app.score) returns app.score language sql as 'select score';
