-- function over table, view over function, policy over view: all come and go
create schema app;
create table app.base (id integer primary key, owner text);
create function app.visible() returns setof app.base language sql stable set search_path = '' as $$ select b from app.base b $$;
create view app.v as select id from app.visible();
create table app.notes (id integer primary key, base integer references app.base);
alter table app.notes enable row level security;
create policy seen on app.notes for select to authenticated using (base in (select v.id from app.v v));
