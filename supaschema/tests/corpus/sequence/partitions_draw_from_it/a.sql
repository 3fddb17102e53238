-- a table with partitions draws from a sequence
create schema app;
create table app.notes (id bigint not null, at date not null) partition by range (at);
create table app.notes_2026 partition of app.notes for values from ('2026-01-01') to ('2027-01-01');
insert into app.notes values (1, '2026-05-05');
