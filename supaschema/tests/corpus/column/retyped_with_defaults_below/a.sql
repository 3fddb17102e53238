-- a column gets another type and another default, and a partition and an heir have defaults of their own
create schema app;
create table app.logs (id bigint, at date, level integer default 1) partition by range (at);
create table app.logs_2024 partition of app.logs for values from ('2024-01-01') to ('2025-01-01');
create table app.logs_2025 partition of app.logs for values from ('2025-01-01') to ('2026-01-01');
alter table only app.logs_2025 alter column level set default 9;
create table app.notes (id bigint, n integer default 1);
create table app.special (extra text) inherits (app.notes);
create table app.plain () inherits (app.notes);
alter table only app.special alter column n set default 9;
insert into app.logs values (1, '2024-02-29', '3');
insert into app.special (id, extra) values (1, 'x');
