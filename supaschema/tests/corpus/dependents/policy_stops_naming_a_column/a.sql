-- a policy names another column, and the one it named goes
-- returns
create schema app;
create table app.notes (id bigint primary key, x integer, y integer);
alter table app.notes enable row level security;
create policy p on app.notes for select to authenticated using (y > 0);
insert into app.notes values (1, 1, 1), (2, 2, 2);
