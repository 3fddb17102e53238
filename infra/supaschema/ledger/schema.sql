-- The ledger: what is managed in this database, by whom, what was there before, and what was done.
-- Private: no role but its owner gets any privilege. Written in the transaction of the statements it speaks of.
create schema if not exists supaschema;
revoke all on schema supaschema from public;

-- Which database this ledger speaks of; a restored or cloned database has another identity.
create table if not exists supaschema.identity (
  singleton boolean primary key default true check (singleton),
  system_identifier text,
  database_oid bigint not null
);

-- One row per catalog object that a resource declares.
create table if not exists supaschema.objects (
  object text primary key,            -- its address: ["kind", "part", ...]
  urn text not null,                  -- the resource that declares it
  made boolean not null,              -- false: it was there before, and `before` holds what it was
  before jsonb,
  declared_hash text,                 -- of the declared definition
  spelling jsonb,                     -- the server's own spelling of it after the last apply
  server_major integer not null,      -- spellings are compared within one major version
  recorded_at timestamptz not null default now()
);
create index if not exists objects_urn on supaschema.objects (urn);

-- What was run.
create table if not exists supaschema.history (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  urn text not null,
  actor text not null default session_user,
  statement text not null,
  seconds double precision not null
);

-- Back-fills that are complete.
create table if not exists supaschema.backfills (
  relation text,
  name text,
  definition jsonb not null,
  rows bigint not null default 0,
  completed_at timestamptz not null default now(),
  primary key (relation, name)
);

-- What drops kept aside.
create schema if not exists supaschema_archive;
revoke all on schema supaschema_archive from public;

create table if not exists supaschema_archive.tables (
  relation text primary key,
  kept_as text not null,
  kept_at timestamptz not null default now()
);

create table if not exists supaschema_archive.column_values (
  relation text,
  column_name text,
  key jsonb,
  value jsonb,                        -- SQL NULL where the column held it; a JSON null is a value
  kept_at timestamptz not null default now(),
  primary key (relation, column_name, key)
);
