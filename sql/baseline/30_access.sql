-- Row level security, policies and grants of the application before the connector system.
-- Row level security is on for every table but jobs and events.

alter table public.organizations enable row level security;
alter table public.users enable row level security;
alter table public.recordings enable row level security;
alter table public.transcript_chunks enable row level security;
alter table public.connector_configs enable row level security;
alter table public.imported_documents enable row level security;

-- An older policy: it looks a session up by users.id, so it finds nobody where id and clerk_id differ,
-- and raises where the token's `sub` is no uuid.
create policy "Users can view their organization" on public.organizations
  for select to authenticated
  using (id in (select member.org_id from public.users as member where member.id = auth.uid()));

-- A session sees its own row of users, nobody else's.
create policy "Users can view their own profile" on public.users
  for select to authenticated
  using (clerk_id = (auth.jwt() ->> 'sub'));

create policy "Service role can manage recordings" on public.recordings
  for all to service_role
  using (true)
  with check (true);

create policy "Users can view transcript chunks from their org" on public.transcript_chunks
  for select to authenticated
  using (
    org_id in (select member.org_id from public.users as member where member.clerk_id = (auth.jwt() ->> 'sub'))
  );

-- Any member of an organization may do everything with its connectors, credentials included.
create policy "Users can view connectors from their org" on public.connector_configs
  for select to authenticated
  using (
    org_id in (select member.org_id from public.users as member where member.clerk_id = (auth.jwt() ->> 'sub'))
  );
create policy "Users can create connectors for their org" on public.connector_configs
  for insert to authenticated
  with check (
    org_id in (select member.org_id from public.users as member where member.clerk_id = (auth.jwt() ->> 'sub'))
  );
create policy "Users can update their org's connectors" on public.connector_configs
  for update to authenticated
  using (
    org_id in (select member.org_id from public.users as member where member.clerk_id = (auth.jwt() ->> 'sub'))
  );
create policy "Users can delete their org's connectors" on public.connector_configs
  for delete to authenticated
  using (
    org_id in (select member.org_id from public.users as member where member.clerk_id = (auth.jwt() ->> 'sub'))
  );

create policy "Users can view imported docs from their org" on public.imported_documents
  for select to authenticated
  using (
    org_id in (select member.org_id from public.users as member where member.clerk_id = (auth.jwt() ->> 'sub'))
  );

-- What objects made before October 2026 hold and keep, whatever a new object gets today.
grant all on table
  public.organizations, public.users, public.recordings, public.transcript_chunks,
  public.connector_configs, public.imported_documents, public.jobs, public.events
  to anon, authenticated, service_role;
grant execute on function public.update_updated_at_column() to anon, authenticated, service_role;
