"""For each check of a deployed stack, what somebody does to the database, and what the check must say of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sabotage:
    """One thing that is not as declared any more.

    Attributes:
        sql: What was done, with the platform's rights.
        finds: The object that the check names.
        says: Part of what it says of it.
        as_owner: Whether roles are tried, not computed.

    """

    sql: str
    finds: str
    says: str
    as_owner: bool = False


_TAKEN = (
    "create or replace function private.is_current_admin() returns boolean language sql stable set search_path = ''"
)
_LEDGER = 'update supaschema.objects set {} where object = \'["view", "public", "connector_health"]\''
_POLICY = "Members read their organization's connectors"
_ON_CONNECTORS = f'policy "{_POLICY}" on public.connector_configs'

_SERVER = {
    "version": (Sabotage("update supaschema.objects set server_major = 14", "server", "recorded of 14"),),
    "roles": (
        Sabotage("alter role authenticated bypassrls", "role authenticated", "bypassrls is True"),
        Sabotage("alter role anon login", "role anon", "login is True"),
        Sabotage("grant service_role to authenticated", "role authenticated", "member of is ['service_role']"),
        Sabotage("alter role service_role nobypassrls", "role service_role", "bypassrls is False"),
        Sabotage(
            "create role helper; grant helper to service_role", "role service_role", "inherits from is ['helper']"
        ),
        Sabotage("alter role authenticator createrole", "role authenticator", "createrole is True"),
    ),
    "ledger": (
        Sabotage(_LEDGER.format("declared_hash = 'other'"), "view public.connector_health", "declared otherwise"),
        Sabotage(_LEDGER.format('object = \'["view", "public", "x"]\''), "view public.x", "no longer declared"),
        Sabotage(
            _LEDGER.format('object = \'["view", "public", "x"]\''), "view public.connector_health", "not deployed"
        ),
        Sabotage(
            _LEDGER.format("urn = 'urn:pulumi:a::connectors::b'"), "view public.connector_health", "another stack"
        ),
        Sabotage("update supaschema.identity set database_oid = 1", "ledger", "a copy"),
    ),
    "schemas": (
        Sabotage("grant create on schema private to authenticated", "schema private", "authenticated has CREATE"),
        Sabotage("grant usage on schema private to public", "schema private", "anon has USAGE"),
        Sabotage("revoke usage on schema private from service_role", "schema private", "service_role lacks USAGE"),
        Sabotage("alter schema private rename to hidden", "schema private", "not there"),
    ),
}
_SHAPE = {
    "tables": (
        Sabotage("drop table private.webhook_rate_counters", "private.webhook_rate_counters", "not there"),
        Sabotage("alter table public.connector_sync_logs owner to anon", "public.connector_sync_logs", "owner is anon"),
        Sabotage(
            "alter table public.connector_sync_logs add stray text",
            "public.connector_sync_logs.stray",
            "nobody declares",
        ),
    ),
    "columns": (
        Sabotage(
            "alter table public.connector_configs alter error_count set default 1",
            "public.connector_configs.error_count",
            "default is 1, not 0",
        ),
        Sabotage(
            "alter table public.imported_documents alter processing_status drop default",
            "public.imported_documents.processing_status",
            "default is None",
        ),
        Sabotage(
            "alter table public.connector_webhook_events alter retry_count drop not null",
            "public.connector_webhook_events.retry_count",
            "not null is False",
        ),
        Sabotage(
            "alter table public.imported_documents alter connector_id set not null",
            "public.imported_documents.connector_id",
            "not null is True",
        ),
        Sabotage(
            "alter table public.jobs alter org_id type text",
            "public.jobs.org_id",
            "type is text, not uuid",
        ),
        Sabotage("alter table public.jobs drop org_id", "public.jobs.org_id", "not there"),
    ),
    "constraints": (
        Sabotage(
            "update pg_constraint set convalidated = false where conname = 'connector_sync_logs_status_check'",
            "public.connector_sync_logs.connector_sync_logs_status_check",
            "validated is False",
        ),
        Sabotage(
            "alter table public.connector_sync_logs drop constraint connector_sync_logs_status_check,"
            " add constraint connector_sync_logs_status_check check (true)",
            "public.connector_sync_logs.connector_sync_logs_status_check",
            "CHECK (true)",
        ),
        Sabotage(
            "alter table public.file_upload_batches drop constraint file_upload_batches_user_id_fkey",
            "public.file_upload_batches.file_upload_batches_user_id_fkey",
            "not there",
        ),
    ),
    "indexes": (
        Sabotage("drop index public.idx_sync_logs_org", "public.connector_sync_logs.idx_sync_logs_org", "not there"),
        Sabotage(
            "update pg_index set indisvalid = false where indexrelid = 'public.idx_imported_docs_hash'::regclass",
            "public.imported_documents.idx_imported_docs_hash",
            "usable is False",
        ),
        Sabotage(
            "drop index public.idx_sync_logs_org;"
            " create index idx_sync_logs_org on public.connector_sync_logs (started_at, org_id)",
            "public.connector_sync_logs.idx_sync_logs_org",
            "(started_at, org_id)",
        ),
    ),
    "triggers": (
        Sabotage(
            "alter table public.jobs disable trigger honour_run_after_on_insert",
            "public.jobs.honour_run_after_on_insert",
            "enabled is D",
        ),
        Sabotage(
            "drop trigger require_known_connector on public.connector_sync_logs",
            "public.connector_sync_logs.require_known_connector",
            "not there",
        ),
        Sabotage(
            "create or replace trigger honour_run_after_on_insert before insert on public.jobs for each row"
            " when (false) execute function private.honour_run_after()",
            "public.jobs.honour_run_after_on_insert",
            "WHEN (false)",
        ),
    ),
    "views": (
        Sabotage(
            "alter view public.connector_health set (security_invoker = off)",
            "public.connector_health",
            "its owner's rights",
        ),
        Sabotage("alter view public.connector_health reset (security_invoker)", "public.connector_health", "rights"),
        Sabotage(
            "do $$ begin execute 'create or replace view public.webhook_events with (security_invoker = on) as '"
            " || replace(pg_get_viewdef('public.webhook_events'::regclass), ';', ' where not processed'); end $$",
            "public.webhook_events",
            "query is",
        ),
        Sabotage("drop view public.connector_health", "public.connector_health", "not there"),
    ),
}
_FUNCTIONS = {
    "functions": (
        Sabotage(
            "alter function private.current_member() security invoker",
            "function private.current_member()",
            "security definer is False",
        ),
        Sabotage(
            "alter function public.increment_batch_failed(uuid, uuid) security definer",
            "function public.increment_batch_failed(uuid, uuid)",
            "security definer is True",
        ),
        Sabotage(
            "alter function private.current_org_id() reset search_path",
            "function private.current_org_id()",
            "settings is []",
        ),
        Sabotage(
            "alter function private.current_org_id() volatile",
            "function private.current_org_id()",
            "volatility is volatile, not stable",
        ),
        Sabotage(f"{_TAKEN} as 'select true'", "function private.is_current_admin()", "body is select true"),
        Sabotage(
            "alter function private.current_member() owner to supabase_admin",
            "function private.current_member()",
            "owner is supabase_admin, not postgres",
        ),
        Sabotage(
            "drop function public.purge_connector_sync_logs(integer, integer)",
            "function public.purge_connector_sync_logs(integer, integer)",
            "not there",
        ),
    ),
    "execution": (
        Sabotage(
            "grant execute on function public.claim_due_syncs(integer) to anon",
            "function public.claim_due_syncs(integer)",
            "anon may call it",
        ),
        Sabotage(
            "grant execute on function private.search_org_content(uuid, text, text[], integer, integer) to public",
            "function private.search_org_content(uuid, text, text[], integer, integer)",
            "authenticated may call it",
        ),
        Sabotage(
            "revoke execute on function public.claim_due_syncs(integer) from service_role",
            "function public.claim_due_syncs(integer)",
            "service_role may not call it",
        ),
        Sabotage(
            "grant service_role to authenticated",
            "function public.claim_due_syncs(integer)",
            "authenticated may call it",
        ),
    ),
}
_ACCESS = {
    "row security": (
        Sabotage(
            "alter table public.connector_configs disable row level security",
            "public.connector_configs",
            "row security is False",
        ),
        Sabotage(
            "alter table public.connector_sync_logs force row level security",
            "public.connector_sync_logs",
            "forced is True",
        ),
    ),
    "policies": (
        Sabotage(f'alter policy "{_POLICY}" on public.connector_configs using (true)', _ON_CONNECTORS, "using is true"),
        Sabotage(f'alter policy "{_POLICY}" on public.connector_configs to public', _ON_CONNECTORS, "['public']"),
        Sabotage(f'drop policy "{_POLICY}" on public.connector_configs', _ON_CONNECTORS, "not there"),
        Sabotage(
            'alter policy "Admins upload connector files" on storage.objects with check (true)',
            'policy "Admins upload connector files" on storage.objects',
            "check is true",
        ),
        Sabotage(
            "create policy stray on public.connector_sync_logs for select to anon using (true)",
            'policy "stray" on public.connector_sync_logs',
            "nobody declares",
        ),
    ),
    "grants": (
        Sabotage("grant select on public.connector_configs to anon", "public.connector_configs", "anon has SELECT"),
        Sabotage(
            "grant select (webhook_secret) on public.connector_configs to authenticated",
            "public.connector_configs.webhook_secret",
            "authenticated has SELECT",
        ),
        Sabotage(
            "revoke insert on public.connector_webhook_events from service_role",
            "public.connector_webhook_events",
            "service_role lacks INSERT",
        ),
        Sabotage("grant truncate on public.connector_health to public", "public.connector_health", "anon has TRUNCATE"),
        Sabotage(
            "grant select on public.connector_health to authenticated with grant option",
            "public.connector_health",
            "may hand SELECT on",
        ),
        Sabotage(
            "revoke select (sync_frequency) on public.connector_configs from authenticated",
            "public.connector_configs.sync_frequency",
            "authenticated lacks SELECT",
        ),
        Sabotage("grant service_role to anon", "public.connector_configs", "anon has DELETE"),
    ),
    "access": (
        Sabotage(
            f'alter policy "{_POLICY}" on public.connector_configs using (true)',
            "public.connector_configs",
            "authenticated, select: a policy does not ask private.current_org_id()",
        ),
        Sabotage(
            'alter policy "Admins delete connectors" on public.connector_configs'
            " using (org_id = (select private.current_org_id()))",
            "public.connector_configs",
            "authenticated, delete: a policy does not ask private.is_current_admin()",
        ),
        Sabotage(
            "grant select (credentials) on public.connector_configs to authenticated",
            "public.connector_configs.credentials",
            "authenticated may read it",
        ),
        Sabotage(
            "revoke insert on public.file_upload_batches from authenticated",
            "public.file_upload_batches",
            "the privilege INSERT is missing",
        ),
        Sabotage(
            "grant execute on function public.purge_connector_sync_logs(integer, integer) to anon",
            "function public.purge_connector_sync_logs",
            "anon may call it",
        ),
        Sabotage(f"{_TAKEN} as 'select true'", "public.connector_configs", "reader, delete: own org", as_owner=True),
        Sabotage(
            "grant delete on public.connector_sync_logs to authenticated;"
            " create policy stray on public.connector_sync_logs for delete to authenticated using (true)",
            "public.connector_sync_logs",
            "reader, delete: own org, not refused",
            as_owner=True,
        ),
        Sabotage(
            'alter policy "Members read their organization\'s connector files" on storage.objects using (true)',
            "connector-imports",
            "stranger, select: all, not nothing",
            as_owner=True,
        ),
        Sabotage(
            "grant select (credentials) on public.connector_configs to authenticated",
            "public.connector_configs",
            "reader, select credentials, webhook_secret: own org, not refused",
            as_owner=True,
        ),
    ),
}
_PLATFORM = {
    "buckets": (
        Sabotage(
            "update storage.buckets set public = true where id = 'imported-files'",
            "bucket imported-files",
            "public is True",
        ),
        Sabotage(
            "update storage.buckets set file_size_limit = 1 where id = 'imported-files'",
            "bucket imported-files",
            "file size limit is 1, not 5368709120",
        ),
        Sabotage(
            "update storage.buckets set allowed_mime_types = null where id = 'connector-imports'",
            "bucket connector-imports",
            "allowed mime types is None",
        ),
        Sabotage(
            "set local storage.allow_delete_query = 'true'; delete from storage.buckets where id = 'imported-files'",
            "bucket imported-files",
            "not there",
        ),
    ),
    "jobs": (
        Sabotage(
            "update cron.job set active = false where jobname = 'connector-sync-logs'",
            "job connector-sync-logs",
            "active is False",
        ),
        Sabotage("update cron.job set schedule = '0 0 1 1 *'", "job connector-sync-logs", "schedule is 0 0 1 1 *"),
        Sabotage("update cron.job set command = 'select 1'", "job connector-webhook-events", "command is select 1"),
        Sabotage("delete from cron.job", "job connector-webhook-events", "not there"),
        Sabotage("update cron.job set username = 'anon'", "job connector-webhook-events", "not there"),
    ),
    "back-fills": (
        Sabotage(
            "delete from supaschema.backfills", "back-fill public.imported_documents.processing_state", "not there"
        ),
        Sabotage(
            "update supaschema.backfills set definition = jsonb_set(definition, '{where}', '\"false\"')",
            "back-fill public.imported_documents.processing_state",
            "where is false",
        ),
    ),
    "queues": (
        Sabotage("drop index public.idx_webhook_events_unprocessed", "idx_webhook_events_unprocessed", "not answered"),
        Sabotage(
            "drop index public.idx_connector_configs_next_sync;"
            " create index idx_connector_configs_next_sync on public.connector_configs (sync_frequency)",
            "idx_connector_configs_next_sync",
            "Sort",
        ),
        Sabotage(
            "update pg_index set indisvalid = false where indexrelid = 'public.idx_imported_docs_chunks'::regclass",
            "idx_imported_docs_chunks",
            "not answered",
        ),
    ),
    "audit": (
        Sabotage("drop function public.increment_batch_failed(uuid, uuid)", "Functions", "1 are there, not 2 or more"),
    ),
    "open doors": (
        Sabotage(
            "alter table public.connector_sync_logs disable row level security",
            "public.connector_sync_logs",
            "row_security_off",
        ),
        Sabotage(
            'alter policy "Admins delete connector files" on storage.objects using (true)',
            'policy "Admins delete connector files" on storage.objects',
            "policy_always_true",
        ),
    ),
}

SABOTAGES = {**_SERVER, **_SHAPE, **_FUNCTIONS, **_ACCESS, **_PLATFORM}
"""By the check's name. That a server is out of reach or a connection plain is no sabotage of a database."""
