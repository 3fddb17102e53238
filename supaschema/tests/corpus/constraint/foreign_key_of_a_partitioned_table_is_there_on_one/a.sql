-- a foreign key of a partitioned table comes or goes, and is one partition's own already
create schema app;
create table app.notes (id bigint primary key);
create table app.logs (id bigint not null, at date not null) partition by range (at);
create table app.logs_2024 partition of app.logs for values from ('2024-01-01') to ('2025-01-01');
create table app.logs_2025 partition of app.logs for values from ('2025-01-01') to ('2026-01-01');
insert into app.notes values (1), (2);
insert into app.logs values (1, '2024-02-29'), (2, '2025-02-28');
alter table app.logs_2024 add constraint note foreign key (id) references app.notes;
