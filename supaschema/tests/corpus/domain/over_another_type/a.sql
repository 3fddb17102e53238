-- A domain of which nothing is, and the one over it, are over another type.
create schema app;
create domain app.score as integer default 1 constraint positive check (value > 0);
create domain app.high as app.score constraint high check (value > 10);
comment on domain app.high is 'Stays.';
revoke usage on type app.high from public;
create view app.scores as select 3::app.score as score;
create function app.doubled(score app.score) returns app.high language sql as 'select score * 2';
