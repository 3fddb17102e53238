-- the type of a column changes that a policy names
create schema app;
create table app.notes (id integer primary key, n bigint);
insert into app.notes values (1, 10), (2, 20);
alter table app.notes enable row level security;
create policy positive on app.notes for select to authenticated using (n > 0);
comment on policy positive on app.notes is 'only those';
