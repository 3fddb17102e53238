-- a check's expression changes
create schema app;
create table app.notes (id bigint primary key, n integer, constraint low check (n < 50 and n > -50));
insert into app.notes values (1, 10);
comment on constraint low on app.notes is 'not too high';
