-- row level security is turned on and counts for the owner too
create schema app;
create table app.notes (id bigint primary key);
alter table app.notes enable row level security;
alter table app.notes force row level security;
