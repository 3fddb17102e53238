-- a primary key comes that carries another column
create schema app;
create table app.notes (id bigint not null, body text, constraint pk primary key (id) include (body));
insert into app.notes values (1, 'one');
