-- row level security would count for the owner and is off
create schema app;
create table app.notes (id bigint primary key);
alter table app.notes force row level security;
