-- a policy is for everybody
create schema app;
create table app.notes (id bigint primary key, owner text);
create policy p on app.notes for select using (true);
