-- The table is there.
create schema app;
create table app.stays (id bigint generated always as identity primary key, name text not null);
insert into app.stays (name) values ('one'), ('two');
create table app.comes (
  id uuid primary key default gen_random_uuid(),
  stays_id bigint not null references app.stays (id) on delete cascade,
  note text default 'none'
);
comment on table app.comes is 'comes';
