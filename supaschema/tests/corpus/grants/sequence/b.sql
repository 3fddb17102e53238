-- a role may use the sequence of an identity
create schema app;
create table app.notes (id bigint generated always as identity primary key);
grant usage on sequence app.notes_id_seq to authenticated;
