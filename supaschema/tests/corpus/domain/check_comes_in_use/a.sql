-- Checks come to a domain of which columns are, whose views, defaults and functions stay.
create schema app;
create domain app.score as integer;
create domain app.high as app.score;
create table app.games (id integer primary key, score app.score default 3::app.score, high app.high);
insert into app.games values (1, 2, 5), (2, null, null);
create view app.scores as select score, high::app.score as other from app.games;
create function app.doubled(score app.score) returns app.score language sql return score * 2;
create index on app.games ((app.doubled(score))) where false;
