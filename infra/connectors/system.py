"""The whole connector system, in the order in which it comes to stand."""

from __future__ import annotations

from connectors import (
    analytics,
    auditing,
    connector_configs,
    identity,
    imported_documents,
    jobs,
    management,
    monitoring,
    retention,
    search,
    storage,
    sync_logs,
    turns,
    uploads,
    webhooks,
)
from connectors.area import Area
from connectors.settings import StackSettings
from roles import SCHEMA_AUDITOR


def areas(settings: StackSettings) -> tuple[Area, ...]:
    """Return every area of the system."""
    return (
        identity.area(settings.identity),
        turns.area(),
        connector_configs.area(),
        imported_documents.area(),
        sync_logs.area(),
        webhooks.area(settings.webhook_limit),
        uploads.area(),
        jobs.area(),
        storage.area(),
        search.area(settings.search_language),
        analytics.area(),
        retention.area(settings.retention),
        monitoring.area(),
        management.area(),
        *((auditing.area(),) if SCHEMA_AUDITOR.name in settings.machine_roles else ()),
    )
