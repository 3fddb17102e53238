-- the policies of two tables that come read each other's rows
create schema app;
create table app.one (id bigint primary key);
create table app.two (id bigint primary key);
create policy p on app.one for select to authenticated using (exists (select from app.two t where t.id = one.id));
create policy q on app.two for insert to authenticated with check (exists (select from app.one o where o.id = two.id));
