-- a varchar gets longer, which rewrites nothing, or shorter
create schema app;
create table app.notes (id bigint primary key, body varchar(50));
insert into app.notes values (1, 'one');
