-- an index gets another column
create schema app;
create table app.notes (id bigint primary key, a text, b text);
insert into app.notes values (1, 'one', 'x');
create index i on app.notes (a);
