-- a policy comes that calls a function that comes
create schema app;
create table app.notes (id bigint primary key, owner text);
alter table app.notes enable row level security;
