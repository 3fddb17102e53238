-- row level security comes together with the first policy
create schema app;
create table app.notes (id bigint primary key);
alter table app.notes enable row level security;
create policy everything on app.notes for select to authenticated using (true);
