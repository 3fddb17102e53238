-- a table comes with a sequence that one of its columns owns and another one draws from
-- returns
create schema app;
create table app.kept (id bigint primary key);
insert into app.kept values (1);
