-- an array's element type changes
create schema app;
create table app.notes (id bigint primary key, n bigint[] default '{}');
insert into app.notes values (1, '{1,2}');
