"""Webhook events and sync logs, written as the services write them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString
from uuid import uuid4

import pytest
from psycopg import errors

from localdb.sample import organization_id, sample_id
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.sessions import Connection, as_service

OWN, FOREIGN = organization_id(1), organization_id(2)
CONNECTOR, FOREIGN_CONNECTOR = sample_id("connector", 1), sample_id("connector", 9)
DELIVERY = {"org": OWN, "connector": CONNECTOR, "type": "file.changed", "source": "zoom", "event": "delivery-1"}
INSERT: LiteralString = (
    "insert into {} (org_id, connector_id, event_type, event_source, event_id, payload)"
    " values (%(org)s, %(connector)s, %(type)s, %(source)s, %(event)s, '{{}}')"
    " on conflict (org_id, event_source, event_id, event_type) do nothing"
)
NAMES = ["connector_webhook_events", "webhook_events"]


@pytest.fixture
def connection(provisioned: Database) -> Iterator[Connection]:
    """A provisioned database."""
    with provisioned.connect() as connected:
        yield connected


def deliver(connection: Connection, into: object = "connector_webhook_events", **changed: object) -> int:
    """Store a delivery as the webhook routes do; give how many rows it made."""
    with as_service(connection):
        return connection.execute(INSERT.format(str(into)).encode(), {**DELIVERY, **changed}).rowcount


@pytest.mark.parametrize("first", NAMES)
@pytest.mark.parametrize("second", NAMES)
def test_an_event_delivered_twice_is_stored_once(connection: Connection, first: str, second: str) -> None:
    assert deliver(connection, first) == 1
    assert deliver(connection, second) == 0


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"type": "file.removed"}, id="another type with the same id"),
        pytest.param({"source": "slack"}, id="another source"),
        pytest.param({"event": "delivery-2"}, id="another id"),
        pytest.param({"org": FOREIGN, "connector": FOREIGN_CONNECTOR}, id="another tenant"),
    ],
)
def test_another_event_is_stored_too(connection: Connection, changed: dict[str, object]) -> None:
    deliver(connection)
    assert deliver(connection, **changed) == 1


def test_events_without_an_id_are_all_stored(connection: Connection) -> None:
    assert [deliver(connection, event=None) for _ in range(2)] == [1, 1]


@pytest.mark.parametrize("into", NAMES)
@pytest.mark.parametrize(
    "connector", [pytest.param(uuid4(), id="unknown"), pytest.param(FOREIGN_CONNECTOR, id="another tenant's")]
)
def test_an_event_for_an_unknown_connector_is_refused(connection: Connection, into: str, connector: object) -> None:
    with pytest.raises(errors.ForeignKeyViolation, match=f"unknown connector {connector}"):
        deliver(connection, into, connector=connector)


def test_an_event_without_a_connector_is_stored(connection: Connection) -> None:
    assert deliver(connection, connector=None) == 1


def test_the_defaults_of_an_event(connection: Connection) -> None:
    deliver(connection, "webhook_events")
    found = connection.execute(
        "select processed, retry_count, received_at is not null, processed_at from connector_webhook_events"
    ).fetchone()
    assert found == (False, 0, True, None)


def test_the_processor_works_under_the_other_name(connection: Connection) -> None:
    deliver(connection, "webhook_events")
    with as_service(connection):
        retried = connection.execute(
            "update webhook_events set retry_count = retry_count + 1, processing_error = 'timeout' returning id"
        )
        assert retried.rowcount == 1
        connection.execute("update webhook_events set processed = true, processed_at = now()")
    assert one(connection, "select processed and retry_count = 1 from connector_webhook_events") is True
    with as_service(connection):
        assert connection.execute("delete from webhook_events where processed").rowcount == 1


def test_events_and_logs_go_with_their_connector(connection: Connection) -> None:
    deliver(connection)
    with as_service(connection):
        connection.execute("insert into connector_sync_logs (org_id, connector_id) values (%s, %s)", [OWN, CONNECTOR])
        connection.execute("select from check_webhook_rate_limit(%s)", [CONNECTOR])
        connection.execute("delete from connector_configs where id = %s", [CONNECTOR])
    for table in ("connector_webhook_events", "connector_sync_logs", "private.webhook_rate_counters"):
        assert connection.execute(f"select from {table}".encode()).rowcount == 0


# Syncs


def test_a_sync_is_logged_from_start_to_end(connection: Connection) -> None:
    with as_service(connection):
        log = one(
            connection,
            "insert into connector_sync_logs (org_id, connector_id, sync_type, status)"
            " values (%s, %s, 'scheduled', 'running') returning id",
            OWN,
            CONNECTOR,
        )
        connection.execute(
            "update connector_sync_logs set status = 'success', completed_at = now(), duration_ms = 10,"
            " documents_synced = 3, bytes_transferred = 5000000000 where id = %s",
            [log],
        )
        connection.execute(
            "update connector_configs set last_sync_status = 'success', error_count = 0,"
            " credentials_updated_at = now(), next_sync_at = now() + interval '1 day', sync_frequency = 'daily'"
            " where id = %s",
            [CONNECTOR],
        )
    found = connection.execute(
        "select health, syncs_of_week, documents_of_week from connector_health where connector_id = %s", [CONNECTOR]
    ).fetchone()
    assert found == ("healthy", 1, 3)


@pytest.mark.parametrize("connector", [pytest.param(uuid4(), id="unknown"), FOREIGN_CONNECTOR])
def test_a_log_of_an_unknown_connector_is_refused(connection: Connection, connector: object) -> None:
    with pytest.raises(errors.ForeignKeyViolation, match="unknown connector"), as_service(connection):
        connection.execute("insert into connector_sync_logs (org_id, connector_id) values (%s, %s)", [OWN, connector])


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("connector_sync_logs", "sync_type", "hourly"),
        ("connector_sync_logs", "status", "done"),
        ("connector_configs", "sync_frequency", "yearly"),
        ("connector_configs", "last_sync_status", "ok"),
        ("connector_configs", "connector_type", "dropbox"),
        ("imported_documents", "processing_status", "error"),
        ("file_upload_batches", "status", "done"),
    ],
)
def test_unknown_words_are_refused(connection: Connection, table: str, column: str, value: str) -> None:
    connection.execute("insert into connector_sync_logs (org_id, connector_id) values (%s, %s)", [OWN, CONNECTOR])
    connection.execute("insert into file_upload_batches (org_id, total_files) values (%s, 1)", [OWN])
    with pytest.raises(errors.CheckViolation), as_service(connection):
        connection.execute(f"update {table} set {column} = %s".encode(), [value])


@pytest.mark.parametrize("connector_type", ["zoom", "microsoft_teams", "sharepoint"])
def test_the_newer_connectors_are_welcome(connection: Connection, connector_type: str) -> None:
    with as_service(connection):
        connection.execute(
            "update connector_configs set connector_type = %s where id = %s", [connector_type, CONNECTOR]
        )


# Documents


def test_an_import_is_written_and_written_again(connection: Connection) -> None:
    upsert = (
        "insert into imported_documents (connector_id, org_id, external_id, title, content_hash, file_size)"
        " values (%s, %s, 'file-1', %s, 'hash', 10)"
        " on conflict (connector_id, external_id) do update set title = excluded.title,"
        " sync_count = imported_documents.sync_count + 1"
    )
    with as_service(connection):
        for title in ("first", "second"):
            connection.execute(upsert.encode(), [CONNECTOR, OWN, title])
    found = connection.execute(
        "select title, sync_count, processing_status, chunks_generated, is_deleted, first_synced_at is not null"
        " from imported_documents where external_id = 'file-1'"
    ).fetchall()
    assert found == [("second", 2, "pending", False, False, True)]


def test_uploads_of_two_tenants_do_not_collide(connection: Connection) -> None:
    with as_service(connection):
        for organization in (OWN, FOREIGN, OWN):
            connection.execute(
                "insert into imported_documents (org_id, external_id, content_hash) values (%s, 'upload-1', 'same')",
                [organization],
            )


def test_a_change_moves_updated_at(connection: Connection) -> None:
    for table in ("connector_configs", "imported_documents"):
        changed = f"update {table} set metadata = '{{}}' where org_id = %s returning updated_at = now()"
        assert {row[0] for row in connection.execute(changed.encode(), [OWN])} == {True}


def test_a_document_of_any_length_is_stored(connection: Connection) -> None:
    """What exceeds the index of words is stored all the same."""
    with as_service(connection):
        connection.execute(
            "insert into imported_documents (org_id, external_id, content)"
            " select %s, 'long', string_agg(md5(n::text), ' ') from generate_series(1, 60000) as n",
            [OWN],
        )
