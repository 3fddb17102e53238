-- an index comes to a table with rows
create schema app;
create table app.notes (id bigint primary key, a text, b text);
insert into app.notes values (1, 'one', 'x');
