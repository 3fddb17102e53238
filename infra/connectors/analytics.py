"""Views for dashboards. Each reads with its reader's rights: a member sees their own organization."""

from __future__ import annotations

from connectors.area import Area, Part
from connectors.routines import view
from supaschema.declarations import View


def area() -> Area:
    """Return the views."""
    return Area(
        "analytics",
        (
            Part("connector_health", health()),
            Part("connector_analytics", analytics()),
            Part("connector_storage_usage", storage_usage()),
            Part("connector_webhook_health", webhook_health()),
        ),
    )


def health() -> View:
    """Return each connector's health."""
    return view("connector_health", comment="Each connector: its last week of syncs, and its health in one word.")


def analytics() -> View:
    """Return each connector's syncs per day."""
    return view("connector_analytics", comment="Syncs of each connector and day (UTC).")


def storage_usage() -> View:
    """Return what imported documents take up."""
    return view("connector_storage_usage", comment="Imported documents and their bytes, per connector.")


def webhook_health() -> View:
    """Return each connector's webhook events; members who are no admins see no events, hence no rows."""
    return view("connector_webhook_health", comment="Webhook events of each connector: waiting, failing, of today.")
