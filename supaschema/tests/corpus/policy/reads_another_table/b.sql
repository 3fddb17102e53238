-- a policy comes to read a table that comes
create schema app;
create table app.notes (id bigint primary key, owner text);
create table app.zmembers (name text primary key);
create policy p on app.notes for select to authenticated using (owner in (select m.name from app.zmembers m));
