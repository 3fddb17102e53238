"""Sixteen workers empty a queue: nothing is taken twice, nothing is left."""

from __future__ import annotations

import pytest

from tests.fixtures.postgres import Database
from tests.services.application import create_connector
from tests.services.tenants import Tenant
from tests.services.workers import taken, together
from tests.support.catalog import one
from tests.support.postgrest import Row, rpc
from tests.support.sessions import Connection, as_service

ITEMS = 800


@pytest.fixture(autouse=True)
def _nothing_else_waits(connection: Connection) -> None:
    connection.execute("update connector_configs set sync_frequency = 'manual'")
    connection.execute("update imported_documents set chunks_generated = true")
    connection.execute("update connector_webhook_events set processed = true")


def test_due_syncs(provisioned_variant: Database, connection: Connection, tenant: Tenant) -> None:
    connection.execute(
        "insert into connector_configs (org_id, connector_type, credentials, sync_frequency, next_sync_at)"
        " select %s, 'zoom', '{}', 'hourly', now() - n * interval '1 second' from generate_series(1, %s) as n",
        [tenant.id, ITEMS],
    )
    counts = taken(
        provisioned_variant,
        lambda worker: [row["connector_id"] for row in rpc(worker, "claim_due_syncs", max_connectors=5)],
    )
    assert (len(counts), set(counts.values())) == (ITEMS, {1})
    assert (
        one(connection, "select count(*) from connector_configs where next_sync_at <= now() and org_id = %s", tenant.id)
        == 0
    )


def test_waiting_documents(provisioned_variant: Database, connection: Connection, tenant: Tenant) -> None:
    connection.execute(
        "insert into imported_documents (org_id, external_id) select %s, n from generate_series(1, %s) as n",
        [tenant.id, ITEMS],
    )
    counts = taken(
        provisioned_variant,
        lambda worker: [row["id"] for row in rpc(worker, "claim_waiting_documents", max_documents=5)],
    )
    assert (len(counts), set(counts.values())) == (ITEMS, {1})
    assert (
        one(
            connection,
            "select count(*) from imported_documents where processing_status = 'pending' and org_id = %s",
            tenant.id,
        )
        == 0
    )


def test_unprocessed_events(provisioned_variant: Database, connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "zoom")
    connection.execute(
        "insert into connector_webhook_events (org_id, connector_id, event_type, event_id, payload)"
        " select %s, %s, 'recording.completed', n, '{}' from generate_series(1, %s) as n",
        [tenant.id, connector, ITEMS],
    )

    def process(worker: Connection) -> list[object]:
        events = [row["id"] for row in rpc(worker, "claim_webhook_events", max_events=5)]
        worker.execute("update webhook_events set processed = true, processed_at = now() where id = any(%s)", [events])
        return events

    counts = taken(provisioned_variant, process)
    assert (len(counts), set(counts.values())) == (ITEMS, {1})
    assert one(connection, "select count(*) from connector_webhook_events where not processed") == 0


def test_workers_that_die_leave_their_events_to_others(
    provisioned_variant: Database, connection: Connection, tenant: Tenant
) -> None:
    connector = create_connector(connection, tenant, "zoom")
    connection.execute(
        "insert into connector_webhook_events (org_id, connector_id, event_type, payload)"
        " select %s, %s, 'recording.completed', '{}' from generate_series(1, 64)",
        [tenant.id, connector],
    )

    def claim(lease: str) -> list[Row]:
        def work(worker: Connection, _: int) -> list[Row]:
            with as_service(worker):
                return rpc(worker, "claim_webhook_events", max_events=4, lease=lease)

        return [row["id"] for rows in together(provisioned_variant, work) for row in rows]

    # Whoever finds a row locked passes it over, so sixteen calls at once may leave some.
    first = claim("1 second")
    assert len(first) == len(set(first)) > 0
    with as_service(connection):
        rest = rpc(connection, "claim_webhook_events", max_events=64)
    assert len(rest) + len(first) == 64
    connection.execute("select pg_sleep(1.1)")
    with as_service(connection):
        again = rpc(connection, "claim_webhook_events", max_events=64)
    assert {row["id"] for row in again} == set(first)
