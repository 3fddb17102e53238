"""What whoever watches the system is told: numbers and dates, by functions that decide what goes out."""

from __future__ import annotations

from connectors.area import Area, Part
from connectors.routines import function
from roles import MONITORED
from supaschema.declarations import Function, ObjectSet

MONITORING = "monitoring-functions"

_RETURNS = {
    "monitored_connectors": "connector_type text, health text, connectors bigint",
    "monitored_failures": (
        "connector_id uuid, org_id uuid, connector_type text, health text, error_count integer, last_error text,"
        " last_error_at timestamptz, last_sync_at timestamptz, next_sync_at timestamptz"
    ),
    "monitored_syncs": (
        "connector_type text, day date, syncs bigint, successful bigint, partial bigint, failed bigint,"
        " running bigint, average_seconds double precision, longest_seconds double precision"
    ),
    "monitored_queues": "queue text, waiting bigint, oldest_at timestamptz, in_work bigint, stuck bigint",
    "monitored_webhooks": (
        "connector_type text, waiting bigint, retried bigint, failing bigint, oldest_at timestamptz,"
        " received_today bigint"
    ),
    "monitored_retention": "what text, kept_days integer, oldest_at timestamptz",
    "monitored_storage": (
        "org_id uuid, documents bigint, bytes numeric, deleted_documents bigint, deleted_bytes numeric"
    ),
    "monitored_deployments": (
        "began_at timestamptz, ended_at timestamptz, actor text, statements bigint, seconds double precision"
    ),
}
_COMMENTS = {
    "monitored_connectors": "How many connectors of each type are in which health.",
    "monitored_failures": "Connectors that fail or are overdue, the worst first, without what they authenticate with.",
    "monitored_syncs": "Syncs of each connector type and day (UTC) of the last two weeks.",
    "monitored_queues": "Depth and age of the queues, and what is stuck in them.",
    "monitored_webhooks": "Webhook events of each connector type: waiting, retried, failing.",
    "monitored_retention": "The oldest row of what a schedule deletes, and how long it is to be kept.",
    "monitored_storage": "What each organization's imported documents take up.",
    "monitored_deployments": "The last deployments by the ledger, without the statements.",
}


def area() -> Area:
    """Return the functions, as one resource."""
    return Area("monitoring", (Part(MONITORING, ObjectSet(objects=functions())),))


def functions() -> tuple[Function, ...]:
    """Return the functions. Nobody may call one but its owner; infra/roles.py grants them to the monitor."""
    return tuple(
        function(
            f"private.{name}",
            returns=f"table({_RETURNS[name]})",
            security_definer=True,
            comment=_COMMENTS[name],
        )
        for name in MONITORED
    )
