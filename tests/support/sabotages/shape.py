"""Of tables, columns, constraints, indexes, triggers, views and functions."""

from __future__ import annotations

from tests.support.sabotages.sabotage import EVERYBODY_IS_ADMIN, Sabotage

SHAPE = {
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
FUNCTIONS = {
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
            "alter function private.current_org_id() set search_path = ''",
            "function private.current_org_id()",
            "temporary objects last is False",
        ),
        Sabotage(
            "alter function public.claim_due_syncs(integer) set search_path = pg_temp, pg_catalog",
            "function public.claim_due_syncs(integer)",
            "temporary objects last is False",
        ),
        Sabotage(
            "alter function supaschema.archived() set search_path = ''",
            "function supaschema.archived()",
            "temporary objects last is False",
        ),
        Sabotage(
            """create function supaschema_archive."keep public.x"() returns trigger language plpgsql security definer
               set search_path = '' as 'begin return null; end'""",
            "function supaschema_archive.keep public.x()",
            "temporary objects last is False",
        ),
        Sabotage(
            "alter function private.current_org_id() volatile",
            "function private.current_org_id()",
            "volatility is volatile, not stable",
        ),
        Sabotage(EVERYBODY_IS_ADMIN, "function private.is_current_admin()", "body is not the declared one"),
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
            "grant execute on function private.count_any_batch_file(uuid, boolean, uuid) to public",
            "function private.count_any_batch_file(uuid, boolean, uuid)",
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
