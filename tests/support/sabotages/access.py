"""Of row level security, policies, grants, and what roles can do in effect."""

from __future__ import annotations

from tests.support.sabotages.sabotage import EVERYBODY_IS_ADMIN, Sabotage

_POLICY = "Members read their organization's connectors"
_ON_CONNECTORS = f'policy "{_POLICY}" on public.connector_configs'

ACCESS = {
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
            "public.connector_configs",
            "authenticated may read credentials.",
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
        Sabotage(EVERYBODY_IS_ADMIN, "public.connector_configs", "reader, delete: own org", as_owner=True),
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
