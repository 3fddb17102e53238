-- an identity's options change
create schema app;
create table app.notes (id bigint generated always as identity primary key, body text);
