-- types of which an aggregate's states are get made anew beneath it
create schema app;
create domain app.score as bigint;
create type app.state as enum ('new', 'done');
create function app.later(a app.state, b app.state) returns app.state language sql immutable as 'select greatest(a, b)';
create function app.most(a app.score, b app.score) returns app.score language sql immutable as 'select greatest(a, b)';
create aggregate app.latest(app.state) (sfunc = app.later, stype = app.state, initcond = 'new');
create aggregate app.best(app.score) (sfunc = app.most, stype = app.score, initcond = '1');
comment on aggregate app.latest(app.state) is 'Latest.';
