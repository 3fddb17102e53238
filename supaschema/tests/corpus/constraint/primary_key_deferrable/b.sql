-- a primary key becomes deferrable
create schema app;
create table app.notes (id bigint constraint pk primary key deferrable initially deferred);
insert into app.notes values (1);
