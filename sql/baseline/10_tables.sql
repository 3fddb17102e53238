-- The application's tables as production has them before the connector system is deployed.
-- Run by role `postgres` in one transaction, as the application's own migrations were.
-- The package adopts these tables and never owns them.

create function public.update_updated_at_column() returns trigger language plpgsql as $$
begin
  new.updated_at = now();
  return new;
end
$$;

create table public.organizations (
  id uuid not null default gen_random_uuid(),
  name text not null,
  plan text default 'free',
  settings jsonb default '{}',
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  constraint organizations_pkey primary key (id)
);

-- A session is the row whose clerk_id equals the token's `sub`; id may be another uuid.
create table public.users (
  id uuid not null default gen_random_uuid(),
  clerk_id text not null,
  org_id uuid not null,
  email text,
  name text,
  role text default 'reader',
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  constraint users_pkey primary key (id),
  constraint users_clerk_id_key unique (clerk_id),
  constraint users_email_key unique (email),
  constraint users_org_id_fkey foreign key (org_id) references public.organizations (id) on delete cascade,
  constraint users_role_check check (role in ('owner', 'admin', 'contributor', 'reader'))
);

create table public.recordings (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null,
  created_by uuid not null,
  title text,
  description text,
  status text default 'uploading',
  storage_path text,
  duration_sec integer,
  metadata jsonb default '{}',
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  constraint recordings_pkey primary key (id),
  constraint recordings_org_id_fkey foreign key (org_id) references public.organizations (id) on delete cascade,
  constraint recordings_created_by_fkey foreign key (created_by) references public.users (id),
  constraint recordings_status_check
    check (status in ('uploading', 'uploaded', 'transcribing', 'transcribed', 'completed', 'error'))
);

create table public.transcript_chunks (
  id uuid not null default gen_random_uuid(),
  recording_id uuid not null,
  org_id uuid not null,
  chunk_index integer not null,
  chunk_text text not null,
  metadata jsonb default '{}',
  created_at timestamptz default now(),
  constraint transcript_chunks_pkey primary key (id),
  constraint transcript_chunks_recording_id_fkey
    foreign key (recording_id) references public.recordings (id) on delete cascade,
  constraint transcript_chunks_org_id_fkey
    foreign key (org_id) references public.organizations (id) on delete cascade
);

-- Only where pgvector is installed.
do $$
begin
  if to_regtype('extensions.vector') is not null then
    alter table public.transcript_chunks add column embedding extensions.vector(1536);
  end if;
end
$$;

create table public.connector_configs (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null,
  connector_type text not null,
  name text,
  credentials jsonb not null,
  settings jsonb default '{}',
  last_sync_at timestamptz,
  sync_status text default 'idle',
  sync_error text,
  is_active boolean default true,
  created_by uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  constraint connector_configs_pkey primary key (id),
  constraint connector_configs_org_id_fkey
    foreign key (org_id) references public.organizations (id) on delete cascade,
  constraint connector_configs_created_by_fkey foreign key (created_by) references public.users (id),
  constraint connector_configs_connector_type_check
    check (connector_type in ('google_drive', 'notion', 'confluence', 'file_upload', 'url_import', 'slack')),
  constraint connector_configs_sync_status_check check (sync_status in ('idle', 'syncing', 'error'))
);

create table public.imported_documents (
  id uuid not null default gen_random_uuid(),
  connector_id uuid not null,
  org_id uuid not null,
  external_id text not null,
  title text,
  content text,
  file_type text,
  source_url text,
  file_size_bytes bigint,
  metadata jsonb default '{}',
  sync_status text default 'pending',
  sync_error text,
  last_synced_at timestamptz default now(),
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  constraint imported_documents_pkey primary key (id),
  constraint imported_documents_connector_id_fkey
    foreign key (connector_id) references public.connector_configs (id) on delete cascade,
  constraint imported_documents_org_id_fkey
    foreign key (org_id) references public.organizations (id) on delete cascade,
  constraint imported_documents_connector_id_external_id_key unique (connector_id, external_id),
  constraint imported_documents_sync_status_check
    check (sync_status in ('pending', 'processing', 'completed', 'error'))
);

create table public.jobs (
  id uuid not null default gen_random_uuid(),
  type text not null,
  status text not null default 'pending',
  payload jsonb not null,
  result jsonb,
  error text,
  attempts integer not null default 0,
  max_attempts integer not null default 3,
  run_at timestamptz not null default now(),
  started_at timestamptz,
  completed_at timestamptz,
  dedupe_key text,
  created_at timestamptz not null default now(),
  constraint jobs_pkey primary key (id),
  constraint jobs_dedupe_key_key unique (dedupe_key),
  constraint jobs_status_check check (status in ('pending', 'processing', 'completed', 'failed'))
);

create table public.events (
  id uuid not null default gen_random_uuid(),
  type text not null,
  payload jsonb not null,
  processed boolean default false,
  created_at timestamptz default now(),
  constraint events_pkey primary key (id)
);

create trigger update_organizations_updated_at before update on public.organizations
  for each row execute function public.update_updated_at_column();
create trigger update_users_updated_at before update on public.users
  for each row execute function public.update_updated_at_column();
create trigger update_recordings_updated_at before update on public.recordings
  for each row execute function public.update_updated_at_column();
