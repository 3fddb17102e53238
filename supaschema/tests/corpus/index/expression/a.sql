-- an index's expression changes
create schema app;
create table app.notes (id bigint primary key, a text);
insert into app.notes values (1, 'One');
create index i on app.notes (lower(a));
