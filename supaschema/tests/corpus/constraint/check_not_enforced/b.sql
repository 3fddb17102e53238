-- a check is not enforced
-- since: 18
create schema app;
create table app.notes (id bigint primary key, n integer);
insert into app.notes values (1, -1);
alter table app.notes add constraint positive check (n > 0) not enforced;
