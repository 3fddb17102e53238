-- an index comes over a function that comes
create schema app;
create table app.notes (id bigint primary key, body text);
insert into app.notes values (1, 'One');
