-- an identity by default becomes one always
create schema app;
create table app.notes (id bigint generated always as identity primary key, body text);
insert into app.notes (body) values ('one'), ('two');
