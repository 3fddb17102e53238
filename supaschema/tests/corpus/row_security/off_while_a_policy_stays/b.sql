-- row level security is turned off and the policy stays
create schema app;
create table app.notes (id bigint primary key);
create policy everything on app.notes for select to authenticated using (true);
