-- the result's type of a function changes that a policy calls
create schema app;
create table app.notes (id integer primary key, owner text);
alter table app.notes enable row level security;
create function app.me() returns text language sql stable set search_path = '' as $$ select 'me' $$;
create policy mine on app.notes for select to authenticated using (owner = app.me());
grant execute on function app.me() to authenticated;
