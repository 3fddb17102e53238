-- a numeric gets more digits, or fewer
create schema app;
create table app.notes (id bigint primary key, n numeric(12, 2));
insert into app.notes values (1, 10.25);
