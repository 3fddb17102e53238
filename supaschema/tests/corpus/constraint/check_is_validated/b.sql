-- a check that was not proven is
create schema app;
create table app.notes (id bigint primary key, n integer);
insert into app.notes values (1, 10);
alter table app.notes add constraint positive check (n > 0);
