-- Default, comment and who may use it are others.
create schema app;
create domain app.score as integer default -1;
revoke usage on type app.score from public;
create table app.games (id integer primary key, score app.score);
insert into app.games values (1, 2), (2, null);
