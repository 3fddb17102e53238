-- a primary key gets another column, in front
create schema app;
create table app.notes (id bigint not null, tenant bigint not null, constraint pk primary key (id));
insert into app.notes values (1, 1), (2, 1);
