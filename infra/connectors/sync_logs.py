"""The history of syncs: written by the services, read by members."""

from __future__ import annotations

from connectors.area import Area, Part
from connectors.connector_configs import known_connector_trigger
from connectors.rules import MEMBER_READS, SERVICE_ALL, members_read, own_organization, service_does_all
from connectors.tables import (
    BELONGS_TO_CONNECTOR,
    BELONGS_TO_ORGANIZATION,
    ID_KEY,
    counter,
    id_and_organization,
)
from supaschema.declarations import (
    Check,
    Column,
    InlineIndex,
    Table,
    TableAccess,
)

TABLE = "connector_sync_logs"
ACCESS = "connector_sync_logs-access"


def area() -> Area:
    """Return the table, then its guard, then access: nothing is written before the guard stands."""
    return Area(
        "sync-logs",
        (
            Part(TABLE, table()),
            Part("connector_sync_logs-known_connector", known_connector_trigger(TABLE)),
            Part(ACCESS, access(), after=("connector_sync_logs-known_connector",)),
        ),
    )


def table() -> Table:
    """Return the table: one row per sync of a connector."""
    return Table(
        name=TABLE,
        columns=_columns(),
        primary_key=ID_KEY,
        foreign_keys=(BELONGS_TO_ORGANIZATION, BELONGS_TO_CONNECTOR),
        checks=(
            Check(
                name="connector_sync_logs_sync_type_check",
                expression="sync_type in ('manual', 'scheduled', 'webhook')",
            ),
            Check(
                name="connector_sync_logs_status_check",
                expression="status in ('running', 'success', 'partial', 'failed')",
            ),
        ),
        indexes=(
            InlineIndex(name="idx_sync_logs_connector", keys=("connector_id", "started_at desc")),
            InlineIndex(name="idx_sync_logs_org", keys=("org_id", "started_at desc")),
            InlineIndex(name="idx_sync_logs_status", keys=("status", "started_at"), where="status = 'running'"),
            # For retention, which asks for nothing but age.
            InlineIndex(name="idx_sync_logs_started", keys=("started_at",)),
        ),
        comment="Syncs of connectors: when, how, and with what result.",
    )


def _columns() -> tuple[Column, ...]:
    return (
        *id_and_organization(),
        Column(name="connector_id", type="uuid"),
        Column(name="sync_type", type="text"),
        Column(name="status", type="text"),
        Column(name="started_at", type="timestamptz", default="now()"),
        Column(name="completed_at", type="timestamptz"),
        Column(name="duration_ms", type="integer"),
        counter("documents_synced"),
        counter("documents_updated"),
        counter("documents_failed"),
        counter("documents_deleted"),
        counter("api_calls_made"),
        counter("bytes_transferred", "bigint"),
        Column(name="error_message", type="text"),
        Column(name="error_details", type="jsonb"),
        Column(name="metadata", type="jsonb", default="'{}'"),
    )


def access() -> TableAccess:
    """Let members read their organization's history."""
    return TableAccess(
        table=TABLE,
        policies=(
            service_does_all("sync logs"),
            members_read("Members read their organization's sync logs", own_organization(TABLE)),
        ),
        grants=(SERVICE_ALL, MEMBER_READS),
    )
