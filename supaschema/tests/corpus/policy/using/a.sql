-- which rows a policy admits changes
create schema app;
create table app.notes (id bigint primary key, owner text);
alter table app.notes enable row level security;
create policy p on app.notes for all to authenticated using (owner = current_user) with check (owner <> '');
comment on policy p on app.notes is 'p';
