-- a role may use the sequence of an identity
create schema app;
create table app.notes (id bigint generated always as identity primary key);
