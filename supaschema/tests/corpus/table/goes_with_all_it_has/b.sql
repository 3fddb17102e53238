-- a table comes and goes with index, check, trigger, policy, grants, comments
create schema app;
create function app.stamp() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
create table app.notes (
  id bigint generated always as identity primary key,
  owner text not null default current_user,
  size integer constraint positive check (size > 0),
  twice integer generated always as (size * 2) stored,
  code text unique
);
create index notes_owner on app.notes (owner) where size > 5;
create trigger stamp before insert or update of owner on app.notes for each row execute function app.stamp();
alter table app.notes enable row level security;
create policy mine on app.notes for all to authenticated using (owner = current_user) with check (size < 100);
grant select, insert (owner, size) on app.notes to authenticated;
comment on table app.notes is 'notes';
comment on column app.notes.size is 'how large';
comment on index app.notes_owner is 'by owner';
