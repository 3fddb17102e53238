"""Of the server and its roles, of the ledger, and of what the platform keeps in tables."""

from __future__ import annotations

from tests.support.sabotages.sabotage import Sabotage

_LEDGER = 'update supaschema.objects set {} where object = \'["view", "public", "connector_health"]\''

SERVER = {
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
        Sabotage(
            "revoke anon from authenticator", "role authenticator", "acts as is ['authenticated', 'service_role']"
        ),
    ),
    "machines": (
        Sabotage(
            "grant select on public.connector_configs to schema_auditor",
            "role schema_auditor",
            "has SELECT on table public.connector_configs",
        ),
        *(
            Sabotage(
                f"grant select on supaschema.{table} to schema_auditor",
                "role schema_auditor",
                f"has SELECT on table supaschema.{table}",
            )
            for table in ("objects", "history")
        ),
        Sabotage(
            "grant select (credentials) on public.connector_configs to schema_auditor",
            "role schema_auditor",
            "has SELECT on column public.connector_configs.credentials",
        ),
        Sabotage(
            "grant execute on function public.purge_connector_sync_logs(integer, integer) to schema_auditor",
            "role schema_auditor",
            "has EXECUTE on function public.purge_connector_sync_logs(integer, integer)",
        ),
        Sabotage(
            "revoke execute on function supaschema.archived() from schema_auditor",
            "role schema_auditor",
            "lacks EXECUTE on function supaschema.archived()",
        ),
        Sabotage("grant create on schema private to schema_auditor", "role schema_auditor", "has CREATE on schema"),
        Sabotage("grant service_role to schema_auditor", "role schema_auditor", "member of is ['service_role']"),
        Sabotage("alter role connector_worker createdb", "role connector_worker", "createdb is True"),
        Sabotage("alter role connector_worker reset role", "role connector_worker", "settings is []"),
        Sabotage(
            "create role helper; grant connector_worker to helper with admin option",
            "role connector_worker",
            "members is ['helper']",
        ),
        Sabotage(
            "create role helper login; grant schema_auditor to helper", "role schema_auditor", "members is ['helper']"
        ),
        Sabotage("alter role connector_worker nologin", "role connector_worker", "login is False"),
        Sabotage(
            "alter role connector_worker set search_path = strange, public",
            "role connector_worker",
            "settings is ['role=service_role', 'search_path=strange, public']",
        ),
        Sabotage(
            "do $$ begin execute format('alter role schema_auditor in database %I set row_security = off',"
            " current_database()); end $$",
            "role schema_auditor",
            "settings in databases is ['row_security=off']",
        ),
        Sabotage(
            "alter role connector_worker valid until '2000-01-01'", "role connector_worker", "password ends is True"
        ),
        Sabotage("alter role connector_worker connection limit 0", "role connector_worker", "connection limit is 0"),
    ),
    "ledger": (
        Sabotage(_LEDGER.format("declared_hash = 'other'"), "view public.connector_health", "declared otherwise"),
        Sabotage(_LEDGER.format('object = \'["view", "public", "x"]\''), "view public.x", "no longer declared"),
        Sabotage(
            _LEDGER.format('object = \'["view", "public", "x"]\''), "view public.connector_health", "not deployed"
        ),
        Sabotage(
            _LEDGER.format("urn = 'urn:pulumi:a::supaschema::b'"), "view public.connector_health", "another stack"
        ),
        Sabotage("update supaschema.identity set database_oid = 1", "ledger", "a copy"),
        Sabotage(
            "create role helper; alter function supaschema.archived() owner to helper",
            "ledger",
            "function supaschema.archived() belongs to helper",
        ),
        Sabotage(
            "create function public.on_ledger() returns trigger language plpgsql as 'begin return new; end';"
            " create trigger planted before update on supaschema.objects"
            " for each row execute function public.on_ledger()",
            "ledger",
            "supaschema.objects has the trigger planted",
        ),
        Sabotage(
            "create role helper; grant create on schema supaschema_archive to helper",
            "ledger",
            "helper may make objects in schema supaschema_archive",
        ),
        Sabotage("update supaschema.identity set system_identifier = '1'", "ledger", "a copy"),
    ),
    "owners": (
        Sabotage("create role helper; alter schema private owner to helper", "schema private", "it belongs to helper"),
        Sabotage(
            "create role helper; alter table public.jobs owner to helper", "table public.jobs", "it belongs to helper"
        ),
        Sabotage(
            "alter function private.current_member() owner to authenticated",
            "function private.current_member()",
            "it belongs to authenticated",
        ),
        Sabotage(
            "alter view public.connector_health owner to anon", "view public.connector_health", "it belongs to anon"
        ),
        Sabotage("create role helper; alter language plpgsql owner to helper", "language plpgsql", "belongs to helper"),
        Sabotage(
            "create role helper; alter function auth.jwt() owner to helper", "function auth.jwt()", "belongs to helper"
        ),
        Sabotage(
            "create role helper; create schema hers authorization helper;"
            " create function hers.fired() returns trigger language plpgsql as 'begin return new; end';"
            " alter function hers.fired() owner to helper;"
            " create trigger planted before update on public.imported_documents"
            " for each row execute function hers.fired()",
            "public.imported_documents",
            "calls function hers.fired() of helper",
        ),
    ),
    "schemas": (
        Sabotage("grant create on schema private to authenticated", "schema private", "authenticated has CREATE"),
        Sabotage("grant usage on schema private to public", "schema private", "anon has USAGE"),
        Sabotage("revoke usage on schema private from service_role", "schema private", "service_role lacks USAGE"),
        Sabotage("grant usage on schema supaschema to authenticated", "schema supaschema", "authenticated has USAGE"),
        Sabotage("grant usage on schema supaschema_archive to public", "schema supaschema_archive", "anon has USAGE"),
        Sabotage("alter schema private rename to hidden", "schema private", "not there"),
    ),
}
PLATFORM = {
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
        Sabotage("update cron.job set database = 'postgres'", "job connector-sync-logs", "database is postgres"),
        Sabotage(
            "update cron.job set command = 'select 1'",
            "job connector-webhook-events",
            "command is not the declared one",
        ),
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
        Sabotage(
            "alter function private.touch_updated_at() set search_path = ''",
            "private.touch_updated_at()",
            "definer_search_path",
        ),
    ),
}
