-- a default changes; rows stay as they are
create schema app;
create table app.notes (id bigint primary key, state text default 'old', n integer default 1);
insert into app.notes values (1, 'x', 5);
