-- A column of a domain comes, with the domain, to a table that has rows.
create schema app;
create domain app.score as integer constraint positive check (value > 0);
create table app.games (id integer primary key, score app.score);
insert into app.games values (1), (2);
