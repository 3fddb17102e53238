-- Customers' rows for the baseline: five organizations and everything they own.
-- Run by role `postgres`; the setting `sample.documents` says how many imported documents (120000 on the
-- local stack, a few hundred in tests). Every id is the md5 of a kind and a number, so that a test can name
-- it: md5('organization:1')::uuid. Rows that exist stay as they are. All values are made up.

insert into public.organizations (id, name, plan, settings, created_at)
select
  md5('organization:' || org)::uuid,
  (array['Acme Research', 'Birch Legal', 'Cobalt Media', 'Delta Health', 'Ember Studio'])[org],
  (array['enterprise', 'pro', 'pro', 'free', 'free'])[org],
  jsonb_build_object('locale', 'en', 'retention_days', 30 * org),
  now() - interval '400 days'
from generate_series(1, 5) as org
on conflict do nothing;

-- Users 1 to 4 of each organization: one of every role, signed in by the uuid that is also their id.
insert into public.users (id, clerk_id, org_id, email, name, role, created_at)
select
  md5('user:' || org || ':' || member)::uuid,
  md5('user:' || org || ':' || member)::uuid::text,
  md5('organization:' || org)::uuid,
  role.name || '@org' || org || '.example.com',
  initcap(role.name) || ' of organization ' || org,
  role.name,
  now() - interval '390 days'
from generate_series(1, 5) as org
cross join unnest(array['owner', 'admin', 'contributor', 'reader']) with ordinality as role (name, member)
on conflict do nothing;

-- Organization 1 also has people whose token's `sub` is no uuid (5, 6), or a uuid that is not their id (7, 8).
insert into public.users (id, clerk_id, org_id, email, name, role, created_at)
select
  md5('user:1:' || person.member)::uuid,
  person.clerk_id,
  md5('organization:1')::uuid,
  person.mailbox || '@org1.example.com',
  person.name,
  person.role,
  now() - interval '380 days'
from (values
  (5, 'user_2sampleClerkAdmin00001', 'clerk-admin', 'Admin by text id', 'admin'),
  (6, 'user_2sampleClerkReader0001', 'clerk-reader', 'Reader by text id', 'reader'),
  (7, md5('subject:1:7')::uuid::text, 'other-owner', 'Owner by another uuid', 'owner'),
  (8, md5('subject:1:8')::uuid::text, 'other-reader', 'Reader by another uuid', 'reader')
) as person (member, clerk_id, mailbox, name, role)
on conflict do nothing;

-- Eight connectors of each organization: n runs from 1 to 40, the first eight are organization 1's.
-- Of the eight one is syncing (3), one is paused (5), one failed (7), one never ran (8).
insert into public.connector_configs (
  id, org_id, connector_type, name, credentials, settings, last_sync_at, sync_status, sync_error, is_active,
  created_by, created_at, updated_at
)
select
  md5('connector:' || n)::uuid,
  md5('organization:' || 1 + (n - 1) / 8)::uuid,
  (array['google_drive', 'notion', 'confluence', 'file_upload', 'url_import', 'slack'])[1 + n % 6],
  'Connector ' || n,
  jsonb_build_object('access_token', 'sample-token-' || n),
  jsonb_build_object('folder', '/team/' || n),
  case when n % 8 = 0 then null else now() - n * interval '37 minutes' end,
  case when n % 8 = 3 then 'syncing' when n % 8 = 7 then 'error' else 'idle' end,
  case when n % 8 = 7 then 'token expired' end,
  n % 8 <> 5,
  md5('user:' || 1 + (n - 1) / 8 || ':2')::uuid,
  now() - interval '300 days',
  now() - n * interval '1 day'
from generate_series(1, 40) as n
on conflict do nothing;

-- Document n belongs to a connector picked by a multiplication, so that statuses spread evenly.
-- Of a hundred documents ten are pending, one is processing, two failed.
insert into public.imported_documents (
  id, connector_id, org_id, external_id, title, content, file_type, source_url, file_size_bytes, metadata,
  sync_status, sync_error, last_synced_at, created_at, updated_at
)
select
  md5('document:' || n)::uuid,
  md5('connector:' || origin.connector)::uuid,
  md5('organization:' || 1 + (origin.connector - 1) / 8)::uuid,
  'ext-' || n,
  initcap(word.topic) || ' ' || word.form || ' ' || n,
  'This ' || word.form || ' is about ' || word.topic || '. It was written for organization '
    || 1 + (origin.connector - 1) / 8 || ' and carries the number ' || n || '.',
  (array['pdf', 'docx', 'md', 'html', 'txt'])[1 + n % 5],
  'https://files.example.com/' || origin.connector || '/' || n,
  1024 + n % 100000,
  jsonb_build_object('page_count', 1 + n % 40),
  origin.status,
  case when origin.status = 'error' then 'download failed' end,
  now() - (n % 365) * interval '1 day' + interval '1 hour',
  now() - (n % 365) * interval '1 day',
  now() - (n % 365) * interval '1 day' + interval '1 hour'
from generate_series(1, current_setting('sample.documents')::integer) as n
cross join lateral (
  select
    1 + n::bigint * 7919 % 10007 % 40 as connector,
    case
      when n % 10 = 0 then 'pending'
      when n % 50 = 1 then 'error'
      when n % 100 = 2 then 'processing'
      else 'completed'
    end as status
) as origin
cross join lateral (
  select
    (array['budget', 'roadmap', 'onboarding', 'security', 'hiring', 'research', 'launch', 'support'])[1 + n / 3 % 8]
      as topic,
    (array['report', 'summary', 'plan', 'memo', 'review'])[1 + n / 7 % 5] as form
) as word
on conflict do nothing;

-- Recording n belongs to organization 1 + n % 5; n runs from 1 to 60, ten transcript chunks each.
insert into public.recordings (id, org_id, created_by, title, description, status, storage_path, duration_sec, metadata, created_at)
select
  md5('recording:' || n)::uuid,
  md5('organization:' || 1 + n % 5)::uuid,
  md5('user:' || 1 + n % 5 || ':3')::uuid,
  'Recording ' || n || ' on ' || (array['budget', 'roadmap', 'onboarding', 'security'])[1 + n % 4],
  'A screen recording',
  (array['uploading', 'uploaded', 'transcribing', 'transcribed', 'completed', 'error'])[1 + n % 6],
  'org_' || md5('organization:' || 1 + n % 5)::uuid || '/recordings/' || md5('recording:' || n)::uuid || '/raw.webm',
  60 * n,
  jsonb_build_object('browser', 'firefox'),
  now() - n * interval '1 day'
from generate_series(1, 60) as n
on conflict do nothing;

insert into public.transcript_chunks (id, recording_id, org_id, chunk_index, chunk_text, metadata, created_at)
select
  md5('chunk:' || n || ':' || chunk)::uuid,
  md5('recording:' || n)::uuid,
  md5('organization:' || 1 + n % 5)::uuid,
  chunk,
  'In part ' || chunk || ' of recording ' || n || ' we talk about '
    || (array['budget', 'roadmap', 'onboarding', 'security'])[1 + (n + chunk) % 4] || '.',
  jsonb_build_object('start_sec', 30 * chunk),
  now() - n * interval '1 day'
from generate_series(1, 60) as n
cross join generate_series(0, 9) as chunk
on conflict do nothing;

-- 400 jobs, a hundred in each status; 400 events, one in four processed.
insert into public.jobs (id, type, status, payload, result, error, attempts, run_at, started_at, completed_at, dedupe_key, created_at)
select
  md5('job:' || n)::uuid,
  (array['transcribe', 'doc_generate', 'generate_embeddings', 'sync_connector', 'process_imported_doc'])[1 + n % 5],
  work.status,
  jsonb_build_object('orgId', md5('organization:' || 1 + n % 5)::uuid, 'number', n),
  case when work.status = 'completed' then '{"ok": true}'::jsonb end,
  case when work.status = 'failed' then 'worker stopped' end,
  case work.status when 'pending' then 0 when 'failed' then 3 else 1 end,
  now() - n * interval '1 minute',
  case when work.status <> 'pending' then now() - n * interval '1 minute' end,
  case when work.status in ('completed', 'failed') then now() - n * interval '50 seconds' end,
  'sample-' || n,
  now() - n * interval '1 minute'
from generate_series(1, 400) as n
cross join lateral (
  select (array['pending', 'processing', 'completed', 'failed'])[1 + n % 4] as status
) as work
on conflict do nothing;

insert into public.events (id, type, payload, processed, created_at)
select
  md5('event:' || n)::uuid,
  (array['recording.uploaded', 'document.imported'])[1 + n % 2],
  jsonb_build_object('number', n),
  n % 4 = 0,
  now() - n * interval '1 minute'
from generate_series(1, 400) as n
on conflict do nothing;

-- Two files of each organization in its folder of bucket `recordings`, and one public thumbnail.
insert into storage.objects (id, bucket_id, name, owner_id, metadata)
select
  md5('object:' || n)::uuid,
  case when n % 3 = 0 then 'thumbnails' else 'recordings' end,
  'org_' || md5('organization:' || 1 + n % 5)::uuid || '/sample/' || n || case when n % 3 = 0 then '.jpg' else '.webm' end,
  md5('user:' || 1 + n % 5 || ':3')::uuid::text,
  jsonb_build_object('size', 1000 * n, 'mimetype', case when n % 3 = 0 then 'image/jpeg' else 'video/webm' end)
from generate_series(1, 15) as n
on conflict do nothing;

analyze public.organizations, public.users, public.connector_configs, public.imported_documents,
  public.recordings, public.transcript_chunks, public.jobs, public.events;
