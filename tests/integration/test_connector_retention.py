"""What is cleaned up and what is not; how much there is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg import errors

from localdb import sample
from localdb.sample import organization_id, sample_id
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.sessions import Connection, as_member, as_service

OWN, FOREIGN = organization_id(1), organization_id(2)
CONNECTOR = sample_id("connector", 1)


@pytest.fixture
def connection(provisioned: Database) -> Iterator[Connection]:
    """A provisioned database without documents but four: two old ones, a new one, an old upload."""
    with provisioned.connect() as connected:
        connected.execute("delete from imported_documents")
        connected.execute(
            "insert into imported_documents"
            " (org_id, connector_id, external_id, last_synced_at, file_size_bytes, file_size) values"
            " (%(org)s, %(connector)s, 'old-1', now() - interval '100 days', 1000, null),"
            " (%(org)s, %(connector)s, 'old-2', now() - interval '91 days', null, 200),"
            " (%(org)s, %(connector)s, 'new', now(), 30, 30),"
            " (%(org)s, null, 'upload', now() - interval '100 days', 4, null)",
            {"org": OWN, "connector": CONNECTOR},
        )
        yield connected


def deleted(connection: Connection) -> list[object]:
    """Return what is deleted softly."""
    return column(connection, "select external_id from imported_documents where is_deleted order by 1")


def test_a_dry_run_says_what_would_be_freed(connection: Connection) -> None:
    with as_service(connection):
        found = connection.execute("select * from cleanup_old_connector_imports()").fetchall()
    assert found == [(OWN, "notion", 2, 1200)]
    assert deleted(connection) == []


def test_old_imports_are_deleted_softly(connection: Connection) -> None:
    with as_service(connection):
        found = connection.execute("select * from cleanup_old_connector_imports(dry_run => false)").fetchall()
        again = connection.execute("select * from cleanup_old_connector_imports(dry_run => false)").fetchall()
    assert found == [(OWN, "notion", 2, 1200)]
    assert again == []
    assert deleted(connection) == ["old-1", "old-2"]
    assert one(connection, "select count(*) from imported_documents") == 4


def test_days_and_consent_are_taken_literally(connection: Connection) -> None:
    with as_service(connection):
        assert connection.execute("select from cleanup_old_connector_imports(95, null)").rowcount == 1
        connection.execute("select from cleanup_old_connector_imports(95, false)")
    assert deleted(connection) == ["old-1"]
    for days in (-1, None):
        with pytest.raises(errors.InvalidParameterValue), as_service(connection):
            connection.execute("select from cleanup_old_connector_imports(%s::integer, false)", [days])


def test_storage_usage_counts_either_size(connection: Connection) -> None:
    connection.execute("update imported_documents set is_deleted = true where external_id = 'old-2'")
    with as_service(connection):
        found = connection.execute(
            "select connector_id, documents, bytes, deleted_documents, deleted_bytes"
            " from connector_storage_usage where org_id = %s order by bytes desc",
            [OWN],
        ).fetchall()
    assert found == [(CONNECTOR, 2, 1030, 1, 200), (None, 1, 4, 0, 0)]
    with as_member(connection, sample.user(1, "reader")):
        assert one(connection, "select sum(deleted_documents) from connector_storage_usage") == 0


def test_sync_logs_and_events_have_their_days(connection: Connection) -> None:
    connection.execute(
        "insert into connector_sync_logs (org_id, status, started_at) select %s, status, now() - age::interval"
        " from (values ('success', '91 days'), ('failed', '89 days'), ('running', '91 days'), (null, '91 days'))"
        " as log (status, age)",
        [OWN],
    )
    connection.execute(
        "insert into connector_webhook_events (org_id, event_type, payload, processed, received_at)"
        " select %s, 'x', '{}', processed, now() - age::interval"
        " from (values (true, '31 days'), (true, '29 days'), (false, '31 days')) as event (processed, age)",
        [OWN],
    )
    with as_service(connection):
        assert one(connection, "select purge_connector_sync_logs()") == 2
        assert one(connection, "select purge_connector_webhook_events()") == 1
        assert one(connection, "select purge_connector_webhook_events(29)") == 1
    assert column(connection, "select processed from connector_webhook_events") == [False]


def test_a_purge_takes_no_more_than_it_is_told(connection: Connection) -> None:
    connection.execute(
        "insert into connector_sync_logs (org_id, status, started_at)"
        " select %s, 'success', now() - interval '1 year' from generate_series(1, 5)",
        [OWN],
    )
    with as_service(connection):
        calls = [one(connection, "select purge_connector_sync_logs(90, 3)") for _ in range(3)]
    assert calls == [3, 2, 0]


@pytest.mark.parametrize("function", ["purge_connector_sync_logs", "purge_connector_webhook_events"])
@pytest.mark.parametrize("days", [0, -1, None])
def test_a_purge_of_everything_is_refused(connection: Connection, function: str, days: int | None) -> None:
    with pytest.raises(errors.InvalidParameterValue), as_service(connection):
        connection.execute(f"select {function}(%s::integer)".encode(), [days])


def test_the_purges_are_scheduled(connection: Connection) -> None:
    jobs = connection.execute(
        "select jobname, schedule, command, active from cron.job where jobname like 'connector-%' order by 1"
    ).fetchall()
    assert jobs == [
        ("connector-sync-logs", "7 * * * *", "select public.purge_connector_sync_logs()", True),
        ("connector-webhook-events", "37 * * * *", "select public.purge_connector_webhook_events()", True),
    ]
    for _, _, command, _ in jobs:
        connection.execute(str(command).encode())


# Health


@pytest.mark.parametrize(
    ("change", "health"),
    [
        ("is_active = false", "paused"),
        ("sync_status = 'error'", "failing"),
        ("last_sync_status = 'failed'", "failing"),
        ("sync_frequency = 'daily', next_sync_at = now() - interval '2 hours'", "overdue"),
        ("error_count = 2", "degraded"),
        ("last_sync_at = null", "never synced"),
        ("name = 'x'", "healthy"),
    ],
)
def test_health_in_one_word(connection: Connection, change: str, health: str) -> None:
    connection.execute(f"update connector_configs set {change} where id = %s".encode(), [CONNECTOR])
    assert one(connection, "select health from connector_health where connector_id = %s", CONNECTOR) == health


def test_analytics_by_day(connection: Connection) -> None:
    connection.execute(
        "insert into connector_sync_logs"
        " (org_id, connector_id, sync_type, status, started_at, documents_synced, duration_ms)"
        " select %s, %s, 'manual', status, '2026-03-01 12:00+00', 5, 100"
        " from unnest(array['success', 'failed', 'partial']) as status",
        [OWN, CONNECTOR],
    )
    found = connection.execute(
        "select day::text, syncs, successful_syncs, failed_syncs, documents_synced, average_duration_ms::integer"
        " from connector_analytics where connector_id = %s",
        [CONNECTOR],
    ).fetchall()
    assert found == [("2026-03-01", 3, 1, 1, 15, 100)]


def test_webhook_health(connection: Connection) -> None:
    connection.execute(
        "insert into connector_webhook_events (org_id, connector_id, event_type, payload, processed, retry_count)"
        " values (%(org)s, %(connector)s, 'x', '{}', true, 0), (%(org)s, %(connector)s, 'x', '{}', false, 2)",
        {"org": OWN, "connector": CONNECTOR},
    )
    with as_service(connection):
        found = connection.execute("select waiting, retried, received_today from connector_webhook_health").fetchall()
    assert found == [(1, 1, 2)]
