-- Columns of a domain, arrays of it and of a domain over it have defaults, keys and generated columns; a check changes.
create schema app;
create domain app.score as integer constraint positive check (value > 1);
create domain app.high as app.score constraint high check (value > 10);
create table app.games (
  score app.score primary key,
  high app.high default 20::app.high,
  doubled integer generated always as (score * 2) stored,
  constraint less check (score < high)
);
create table app.turns (id integer primary key, score app.score references app.games);
create table app.more (also app.score) inherits (app.games);
create index highs on app.games (high) where high > 30::app.score;
create materialized view app.best as select max(score)::app.score as score from app.games;
insert into app.games values (5, 20);
insert into app.more values (6, 30, default, 7);
insert into app.turns values (1, 5);
