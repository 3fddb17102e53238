-- row level security is turned on and counts for the owner too
create schema app;
create table app.notes (id bigint primary key);
