-- row level security is turned on and a role is granted the rows
create schema app;
create table app.notes (id bigint primary key);
alter table app.notes enable row level security;
grant select on app.notes to anon;
