-- a view that a policy reads gets a column in the middle
create schema app;
create table app.members (id integer primary key, x integer, y integer);
create table app.notes (id integer primary key);
alter table app.notes enable row level security;
create view app.v as select id, x, y from app.members;
create policy members on app.notes for select to authenticated using (id in (select v.id from app.v v));
