-- A domain, and its check, have other names, and what is of it follows.
create schema app;
create schema other;
create domain other.points as integer constraint points_check check (value > 0) constraint small check (value < 10);
create domain app.high as other.points;
create table app.games (id integer primary key, score other.points default 1::other.points, scores other.points[]);
insert into app.games values (1, 2, '{3}');
create view app.scores as select score from app.games;
create function app.doubled(score other.points) returns other.points language sql as 'select score';
