-- types that procedures take are made anew beneath them
create schema app;
create domain app.score as integer;
create type app.state as enum ('new', 'old', 'done');
create table app.rows (id integer);
create procedure app.run(a app.score, b app.state[], inout c app.rows) language sql as 'select c';
comment on procedure app.run is 'Runs.';
grant execute on procedure app.run to authenticated;
