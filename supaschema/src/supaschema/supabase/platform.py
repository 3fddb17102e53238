"""Which schemas and tables are the platform's, and which schema its API offers."""

from __future__ import annotations

PLATFORM_SCHEMAS = (
    "_analytics", "_realtime", "_supavisor", "auth", "cron", "etl", "extensions", "graphql", "graphql_public",
    "information_schema", "net", "partman", "pgbouncer", "pgmq", "pgmq_public", "pgsodium", "pgsodium_masks", "pgtle",
    "realtime", "storage", "supabase_functions", "supabase_migrations", "supaschema", "supaschema_archive", "vault",
)  # fmt: skip
"""Schemas of the platform and of this library: referred to, never declared; of their tables only some are read."""

SHARED_TABLES = (("auth", "users"), ("realtime", "messages"), ("storage", "buckets"), ("storage", "objects"))
"""Platform tables that admit policies and triggers of ours."""

EXPOSED_SCHEMA = "public"
"""The schema whose tables, views and functions the API offers."""

WEB_HOOKS = "supabase_functions"
"""The schema whose functions triggers call to send rows to other services."""
