-- a column with a volatile default comes to a table with rows, which is rewritten
create schema app;
create table app.notes (id bigint primary key);
insert into app.notes values (1), (2);
alter table app.notes add column token uuid default gen_random_uuid();
