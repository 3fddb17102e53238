-- what a policy is for changes
create schema app;
create table app.notes (id bigint primary key, owner text);
create policy p on app.notes for select to authenticated using (true);
comment on policy p on app.notes is 'p';
