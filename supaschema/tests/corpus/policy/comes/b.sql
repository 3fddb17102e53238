-- policies come for each command
create schema app;
create table app.notes (id bigint primary key, owner text);
alter table app.notes enable row level security;
create policy reads on app.notes for select to authenticated using (owner = current_user);
create policy inserts on app.notes for insert to authenticated with check (owner = current_user);
create policy updates on app.notes for update to authenticated using (owner = current_user) with check (owner <> 'x');
create policy deletes on app.notes for delete to authenticated, service_role using (true);
