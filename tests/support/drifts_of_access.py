"""Changes by hand to who may do what, and to what a database has besides."""

from __future__ import annotations

from supaschema.drift.model import Topic
from tests.support.drift_change import CONFIGS, LOGS, TURNS, Change, changed, missing, unmanaged

_ROLES = (
    Change("grant service_role to anon", ("role membership anon in service_role",), Topic.UNMANAGED, by_platform=True),
    Change("alter role anon bypassrls", ("role attribute anon bypassrls",), Topic.UNMANAGED, by_platform=True),
)
_ROW_SECURITY = (
    changed(f"alter table {LOGS} disable row level security", f"row security {LOGS}"),
    changed(f"alter table {LOGS} force row level security", f"row security {LOGS}"),
    changed(f"alter table {TURNS} disable row level security", f"row security {TURNS}"),
    unmanaged("alter table public.recordings disable row level security", "row security public.recordings"),
    Change(
        "alter table public.jobs enable row level security",
        ("row security public.jobs",),
        Topic.UNMANAGED,
        undo="alter table public.jobs disable row level security",
    ),
)
_POLICIES = (
    missing(f'drop policy "Services manage sync logs" on {LOGS}', f"policy {LOGS}.Services manage sync logs"),
    changed(f'alter policy "Services manage sync logs" on {LOGS} to anon', f"policy {LOGS}.Services manage sync logs"),
    changed(
        f'alter policy "Services manage sync logs" on {LOGS} with check (status is not null)',
        f"policy {LOGS}.Services manage sync logs",
    ),
    changed(
        f"comment on policy \"Services manage sync logs\" on {LOGS} is 'by hand'",
        f"policy {LOGS}.Services manage sync logs",
    ),
    changed(
        f'drop policy "Services manage sync logs" on {LOGS};'
        f' create policy "Services manage sync logs" on {LOGS} as restrictive to service_role using (true)'
        " with check (true)",
        f"policy {LOGS}.Services manage sync logs",
    ),
    changed(
        'alter policy "Members read their organization\'s connector files" on storage.objects using (true)',
        "policy storage.objects.Members read their organization's connector files",
    ),
    unmanaged(
        "create policy opened on storage.objects for select to anon using (true)", "policy storage.objects.opened"
    ),
    unmanaged(
        "create policy opened on storage.buckets for select to anon using (true)", "policy storage.buckets.opened"
    ),
    unmanaged(f"create policy everybody on {CONFIGS} to anon using (true)", f"policy {CONFIGS}.everybody"),
    unmanaged("create policy everybody on public.recordings using (true)", "policy public.recordings.everybody"),
    unmanaged(
        'drop policy "Service role can manage recordings" on public.recordings',
        "policy public.recordings.Service role can manage recordings",
    ),
    unmanaged(
        f'create policy "Users can view connectors from their org" on {CONFIGS} to authenticated using (true)',
        f"policy {CONFIGS}.Users can view connectors from their org",
    ),
    unmanaged(
        "create policy by_helper on public.organizations to authenticated using (id = private.current_org_id())",
        "policy public.organizations.by_helper",
    ),
)
_GRANTS = (
    changed(f"revoke select on {LOGS} from authenticated", f"table grants {LOGS}"),
    changed(f"grant delete on {LOGS} to authenticated", f"table grants {LOGS}"),
    changed(f"grant select on {LOGS} to authenticated with grant option", f"table grants {LOGS}"),
    unmanaged(f"grant select on {LOGS} to anon", f"table grants {LOGS} to anon"),
    unmanaged(f"grant select on {LOGS} to public", f"table grants {LOGS} to public"),
    unmanaged(f"grant all on {LOGS} to pg_monitor", f"table grants {LOGS} to pg_monitor"),
    changed("grant insert on public.connector_health to service_role", "table grants public.connector_health"),
    unmanaged(f"grant select (credentials) on {CONFIGS} to anon", f"column grants {CONFIGS}.credentials"),
    unmanaged(
        f"grant select (webhook_secret) on {CONFIGS} to authenticated", f"column grants {CONFIGS}.webhook_secret"
    ),
    unmanaged(f"grant select (name) on {CONFIGS} to anon", f"column grants {CONFIGS}.name to anon"),
    unmanaged(f"grant update (name) on {CONFIGS} to service_role", f"column grants {CONFIGS}.name to service_role"),
    missing(f"revoke all (name) on {CONFIGS} from authenticated", f"column grants {CONFIGS}.name"),
    unmanaged(
        "grant execute on function private.current_member() to anon", "function grants private.current_member() to anon"
    ),
    unmanaged(
        "grant execute on function public.claim_due_syncs(integer) to public",
        "function grants public.claim_due_syncs(integer) to public",
    ),
    changed(
        "revoke execute on function private.current_org_id() from authenticated",
        "function grants private.current_org_id()",
    ),
    unmanaged("grant usage on schema private to anon", "schema grants private to anon"),
    changed("grant create on schema private to authenticated", "schema grants private"),
    changed("revoke usage on schema private from service_role", "schema grants private"),
    unmanaged("revoke select on public.recordings from anon", "table grants public.recordings"),
    unmanaged("grant select on public.jobs to pg_monitor", "table grants public.jobs"),
)
_OTHERS = (
    changed("comment on schema private is 'by hand'", "schema private"),
    changed("update storage.buckets set public = true where id = 'connector-imports'", "bucket connector-imports"),
    changed(
        "update storage.buckets set file_size_limit = 1 where id = 'connector-imports'", "bucket connector-imports"
    ),
    unmanaged("insert into storage.buckets (id, name, public) values ('loot', 'loot', true)", "bucket loot"),
    unmanaged("update storage.buckets set public = true where id = 'video-frames'", "bucket video-frames"),
    changed(
        "select cron.alter_job((select jobid from cron.job where jobname = 'connector-sync-logs'),"
        " schedule := '0 0 1 1 *')",
        "cron job connector-sync-logs",
    ),
    changed(
        "select cron.alter_job((select jobid from cron.job where jobname = 'connector-sync-logs'), active := false)",
        "cron job connector-sync-logs",
    ),
    changed(
        "select cron.alter_job((select jobid from cron.job where jobname = 'connector-sync-logs'),"
        " command := 'select 1')",
        "cron job connector-sync-logs",
    ),
    missing("select cron.unschedule('connector-sync-logs')", "cron job connector-sync-logs"),
    unmanaged("select cron.schedule('by-hand', '1 1 * * *', 'select 2')", "cron job by-hand"),
    Change(
        "create publication everything for all tables", ("publication everything",), Topic.UNMANAGED, by_platform=True
    ),
    unmanaged(f"create publication partly for table {CONFIGS}", f"publication table {CONFIGS}.partly"),
    Change(
        "create publication inside for tables in schema private",
        ("publication schema private.inside",),
        Topic.UNMANAGED,
        by_platform=True,
    ),
    unmanaged(
        "alter default privileges in schema private grant select on tables to anon",
        "default grants postgres.private.tables",
    ),
    unmanaged("alter default privileges grant execute on functions to anon", "default grants postgres.functions"),
    unmanaged("create type private.mood as enum ('good', 'bad')", "enum type private.mood"),
    unmanaged("create type private.span as range (subtype = integer)", "range type private.span"),
    unmanaged("create domain private.positive as integer check (value > 0)", "domain private.positive"),
    unmanaged("create type private.pair as (one integer, two text)", "composite type private.pair"),
    unmanaged("create sequence private.counter", "sequence private.counter"),
    Change(
        "create function public.on_ddl() returns event_trigger language plpgsql as 'begin end';"
        "create event trigger by_hand on ddl_command_end execute function public.on_ddl()",
        ("event trigger by_hand",),
        Topic.UNMANAGED,
        by_platform=True,
    ),
    Change(
        "create foreign data wrapper anything; create server by_hand foreign data wrapper anything;"
        "grant usage on foreign server by_hand to anon",
        ("foreign server by_hand",),
        Topic.UNMANAGED,
        by_platform=True,
    ),
    Change(
        "create foreign data wrapper others; create server by_hand foreign data wrapper others;"
        "create user mapping for anon server by_hand options (password 'Zq-amber')",
        ("foreign server by_hand", "user mapping by_hand.anon"),
        Topic.UNMANAGED,
        by_platform=True,
        # The server drops a foreign server after what stands on it.
        undo="drop user mapping for anon server by_hand; drop server by_hand",
    ),
)

ACCESS = (*_ROLES, *_ROW_SECURITY, *_POLICIES, *_GRANTS, *_OTHERS)
