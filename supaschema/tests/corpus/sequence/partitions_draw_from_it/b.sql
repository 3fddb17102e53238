-- a table with partitions draws from a sequence
create schema app;
create sequence app.numbers;
create table app.notes (id bigint not null default nextval('app.numbers'), at date not null) partition by range (at);
create table app.notes_2026 partition of app.notes for values from ('2026-01-01') to ('2027-01-01');
