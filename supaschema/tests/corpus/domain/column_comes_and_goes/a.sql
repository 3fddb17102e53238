-- A column of a domain comes, with the domain, to a table that has rows.
create schema app;
create table app.games (id integer primary key);
insert into app.games values (1), (2);
