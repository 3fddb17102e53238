-- an exclusion constraint comes to a table with rows
create schema app;
create table app.rooms (id bigint primary key, during int4range);
insert into app.rooms values (1, '[1,3)'), (2, '[3,5)');
