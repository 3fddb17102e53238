-- two policies have each other's names
create schema app;
create table app.notes (id bigint primary key, n integer);
create policy one on app.notes for select to authenticated using (n > 1);
create policy two on app.notes for select to authenticated using (n > 2);
