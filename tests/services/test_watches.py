"""What ends a deployment or calls an operator is no single organization's to write."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from tests.services.application import create_connector
from tests.services.tenants import Tenant
from tests.support.catalog import one
from tests.support.postgrest import update
from tests.support.sessions import Connection

WATCHES = Path(__file__).resolve().parents[2] / "sql" / "watch"
_FAILING = (
    "insert into public.connector_webhook_events"
    " (org_id, connector_id, event_type, payload, retry_count, processing_error, received_at)"
    " select %s, %s, 'x', '{}', 3, 'odd', now() - interval '3 days' from generate_series(1, 101)"
)
LONG_AGO = "0001-01-03 00:00:00+00"


def over(connection: Connection) -> list[str]:
    """Return what is over its limit."""
    rows = [row for file in WATCHES.glob("*.sql") for row in connection.execute(file.read_bytes())]
    return [str(name) for name, value, limit in rows if limit is not None and float(str(value)) > float(str(limit))]


@pytest.fixture(autouse=True)
def _nothing_else_waits(connection: Connection) -> None:
    connection.execute("update public.connector_configs set next_sync_at = null, sync_status = 'idle'")


@pytest.mark.parametrize("status", ["idle", "syncing"])
def test_no_date_that_an_admin_writes_has_waited_since_then(
    connection: Connection, tenant: Tenant, status: str
) -> None:
    connector = create_connector(connection, tenant, "zoom")
    with tenant.signed_in(connection, "admin"):
        update(connection, "connector_configs", {"next_sync_at": LONG_AGO, "sync_status": status}, id=connector)

    assert over(connection) == []
    oldest = "select coalesce(max(now() - oldest_at), '0') < interval '1 hour' from private.monitored_queues()"
    assert one(connection, f"{oldest} where queue = 'syncs'")


def test_what_waits_for_long_is_seen_where_it_is_not_one_organization_alone(
    connection: Connection, tenant: Tenant, stranger: Tenant
) -> None:
    long_due(connection, create_connector(connection, tenant, "zoom"))
    assert over(connection) == []

    long_due(connection, create_connector(connection, stranger, "zoom"))
    assert over(connection) == ["minutes that due syncs have waited, but for the organization that waits longest"]
    assert one(
        connection,
        "select oldest_at between now() - interval '3 hours 1 minute' and now() - interval '2 hours 59 minutes'"
        " from private.monitored_queues() where queue = 'syncs'",
    )


def test_where_one_organization_alone_has_work_what_waits_is_seen(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "zoom")
    connection.execute("update public.connector_configs set is_active = false where id <> %s", [connector])
    long_due(connection, connector)
    connection.execute(_FAILING, [tenant.id, connector])
    try:
        assert sorted(over(connection)) == [
            "minutes that due syncs have waited, but for the organization that waits longest",
            "webhook events that wait and have failed, but for the organization that has most",
        ]
    finally:
        connection.execute("delete from public.connector_webhook_events")


def long_due(connection: Connection, connector: UUID) -> None:
    """Have a connector wait for three hours."""
    with connection.transaction():
        connection.execute("alter table public.connector_configs disable trigger user")
        connection.execute(
            "update public.connector_configs set sync_frequency = 'hourly', is_active = true,"
            " next_sync_at = now() - interval '3 hours', updated_at = now() - interval '4 hours' where id = %s",
            [connector],
        )
        connection.execute("alter table public.connector_configs enable trigger user")


@pytest.mark.parametrize("has_connectors", [True, False])
def test_events_of_one_organization_end_no_deployment_and_those_of_two_do(
    connection: Connection, tenant: Tenant, stranger: Tenant, *, has_connectors: bool
) -> None:
    try:
        fail_and_try_again(connection, tenant, has_connectors=has_connectors)
        assert over(connection) == []

        fail_and_try_again(connection, stranger, has_connectors=has_connectors)
        assert over(connection) == [
            "minutes that an event has waited which is still tried, but for the organization that waits longest",
            "webhook events that wait and have failed, but for the organization that has most",
        ]
    finally:
        connection.execute("delete from public.connector_webhook_events")


def fail_and_try_again(connection: Connection, tenant: Tenant, *, has_connectors: bool) -> None:
    """Have events fail for days, an admin have them tried again, and others fail."""
    connector = create_connector(connection, tenant, "zoom") if has_connectors else None
    connection.execute(_FAILING, [tenant.id, connector])
    with tenant.signed_in(connection, "admin"):
        connection.execute("select public.retry_webhook_events()")
    connection.execute(_FAILING, [tenant.id, connector])


def test_however_many_of_one_organization_fail_it_counts_once(
    connection: Connection, tenant: Tenant, stranger: Tenant
) -> None:
    create_connector(connection, stranger, "zoom")
    failing = [create_connector(connection, tenant, "zoom") for _ in range(100)]
    with tenant.signed_in(connection, "admin"):
        for connector in failing:
            update(connection, "connector_configs", {"sync_status": "error"}, id=connector)

    assert over(connection) == []
