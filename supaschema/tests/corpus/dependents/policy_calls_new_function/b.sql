-- a policy comes that calls a function that comes
create schema app;
create table app.notes (id bigint primary key, owner text);
alter table app.notes enable row level security;
create function app.is_mine(text) returns boolean language sql stable set search_path = ''
  as $$ select $1 = current_user $$;
create policy mine on app.notes for select to authenticated using (app.is_mine(owner));
