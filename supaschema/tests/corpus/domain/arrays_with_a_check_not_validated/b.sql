-- A check that is not proven comes where there are arrays of the domain.
create schema app;
create domain app.score as integer;
alter domain app.score add constraint positive check (value > 0) not valid;
create type app.pair as (one app.score, other app.score);
create table app.games (id integer primary key, scores app.score[], pair app.pair);
insert into app.games values (1, '{1}', (1, 2));
