-- whom a policy is for changes
create schema app;
create table app.notes (id bigint primary key, owner text);
create policy p on app.notes for select to anon, service_role using (true);
