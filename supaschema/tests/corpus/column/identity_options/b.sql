-- an identity's options change
create schema app;
create table app.notes (id bigint generated always as identity (start 100 increment 5 maxvalue 5000 cycle) primary key, body text);
