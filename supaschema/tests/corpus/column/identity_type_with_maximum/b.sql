-- an identity of which the options name a maximum gets another type
create schema app;
create table app.notes (id integer generated always as identity primary key);
