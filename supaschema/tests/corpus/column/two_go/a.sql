-- two columns with values go together, one generated from the other
-- returns
create schema app;
create table app.notes (id bigint primary key, n integer, m integer generated always as (n + 1) stored);
insert into app.notes (id, n) values (1, 10);
