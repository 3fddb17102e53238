-- A check says something else, another has another comment, in a domain that columns are of.
create schema app;
create domain app.score as integer constraint positive check (value > 0) constraint small check (value < 100);
comment on constraint small on domain app.score is 'One of two digits.';
create table app.games (id integer primary key, score app.score);
insert into app.games values (1, 2);
