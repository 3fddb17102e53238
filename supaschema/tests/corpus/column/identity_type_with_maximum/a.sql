-- an identity of which the options name a maximum gets another type
create schema app;
create table app.notes (id bigint generated always as identity (maxvalue 5000000000) primary key);
