-- policies come for each command
create schema app;
create table app.notes (id bigint primary key, owner text);
alter table app.notes enable row level security;
