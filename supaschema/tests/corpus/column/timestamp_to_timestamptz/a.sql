-- a timestamp gets a time zone
create schema app;
create table app.notes (id bigint primary key, at timestamp default now());
insert into app.notes values (1, '2024-02-29 12:30:00');
