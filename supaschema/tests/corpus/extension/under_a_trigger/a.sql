-- an extension comes with the trigger that calls a function of it
create schema app;
create table app.notes (id bigint primary key);
