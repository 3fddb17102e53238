-- a table comes with row level security, forced
create schema app;
create table app.notes (id bigint primary key);
alter table app.notes enable row level security;
alter table app.notes force row level security;
