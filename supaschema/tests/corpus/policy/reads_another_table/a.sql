-- a policy comes to read a table that comes
create schema app;
create table app.notes (id bigint primary key, owner text);
create policy p on app.notes for select to authenticated using (true);
