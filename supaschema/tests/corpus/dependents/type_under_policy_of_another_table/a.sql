-- the type of a column changes that another table's policy reads
create schema app;
create table app.members (id integer primary key, level integer);
insert into app.members values (1, 10);
create table app.notes (id integer primary key);
alter table app.notes enable row level security;
create policy members on app.notes for select to authenticated
  using (exists (select from app.members m where m.level > 5));
