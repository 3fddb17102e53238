"""What services send when something is odd with them: refused with a clear error, or borne."""

from __future__ import annotations

from uuid import uuid4

import pytest
from psycopg import errors

from tests.services.application import create_connector, document, import_documents, new_batch
from tests.services.tenants import Tenant
from tests.support.catalog import one
from tests.support.postgrest import insert, rpc, select, update
from tests.support.sessions import Connection, as_service


def event(tenant: Tenant, **more: object) -> dict[str, object]:
    """Return an event that belongs to no connector."""
    return {
        "org_id": tenant.id,
        "event_type": "changed",
        "event_source": "zoom",
        "event_id": "1",
        "payload": {},
        **more,
    }


# Batches


def test_a_batch_of_fewer_than_no_files_is_refused(connection: Connection, tenant: Tenant) -> None:
    with pytest.raises(errors.CheckViolation):
        new_batch(connection, tenant, -1)


def test_an_empty_batch_is_legal_and_complete_with_the_first_call(connection: Connection, tenant: Tenant) -> None:
    batch = new_batch(connection, tenant, 0)
    with as_service(connection):
        rpc(connection, "increment_batch_failed", batch_id=batch)
        (row,) = select(
            connection, "file_upload_batches", "processed_files,failed_files,progress_percent,status", id=batch
        )
    assert row == {"processed_files": 0, "failed_files": 0, "progress_percent": 100.0, "status": "completed"}


def test_a_completed_batch_takes_no_more(connection: Connection, tenant: Tenant) -> None:
    batch = new_batch(connection, tenant, 2)
    with as_service(connection):
        for _ in range(2):
            rpc(connection, "increment_batch_processed", batch_id=batch)
        (before,) = select(connection, "file_upload_batches", "processed_files,status,completed_at", id=batch)
    with as_service(connection):
        rpc(connection, "increment_batch_failed", batch_id=batch)
        rpc(connection, "increment_batch_processed", batch_id=batch)
        (after,) = select(connection, "file_upload_batches", "processed_files,status,completed_at", id=batch)
    assert after == before


def test_a_total_that_is_corrected_is_kept_to(connection: Connection, tenant: Tenant) -> None:
    batch = new_batch(connection, tenant, 5)
    with as_service(connection):
        for _ in range(3):
            rpc(connection, "increment_batch_processed", batch_id=batch)
        update(connection, "file_upload_batches", {"total_files": 2}, id=batch)
        rpc(connection, "increment_batch_processed", batch_id=batch)
        (row,) = select(connection, "file_upload_batches", "processed_files,progress_percent,status", id=batch)
    assert row == {"processed_files": 2, "progress_percent": 100.0, "status": "completed"}


@pytest.mark.parametrize("arguments", [{}, {"batch_id": None}, {"batch_id_param": None}])
def test_no_batch_is_an_error(connection: Connection, arguments: dict[str, object]) -> None:
    with pytest.raises(errors.NullValueNotAllowed, match="no upload batch is named"), as_service(connection):
        rpc(connection, "increment_batch_processed", **arguments)


# Events


@pytest.mark.parametrize("missing", ["org_id", "event_type", "payload"])
def test_an_event_that_lacks_what_it_needs_is_refused(connection: Connection, tenant: Tenant, missing: str) -> None:
    for table in ("connector_webhook_events", "webhook_events"):
        with pytest.raises(errors.NotNullViolation, match=missing), as_service(connection):
            insert(connection, table, event(tenant, **{missing: None}))


@pytest.mark.parametrize("odd", [{"event_id": None}, {"event_source": None}, {"event_id": None, "event_source": None}])
def test_events_that_say_not_who_they_are_are_never_equal(
    connection: Connection, tenant: Tenant, odd: dict[str, object]
) -> None:
    with as_service(connection):
        for _ in range(2):
            insert(
                connection,
                "webhook_events",
                event(tenant, **odd),
                on_conflict="org_id,event_source,event_id,event_type",
            )
        assert len(select(connection, "webhook_events", "id", org_id=tenant.id)) == 2


def test_ten_megabytes_and_every_script_are_stored_as_they_came(connection: Connection, tenant: Tenant) -> None:
    payload = {"text": "会議の記録 🎥 \u202eتسجيل " * 350_000, "nested": [{"a": None}] * 3}
    with as_service(connection):
        insert(connection, "webhook_events", event(tenant, event_id="会議-🎥", payload=payload))
        (row,) = select(connection, "connector_webhook_events", "payload,event_id", org_id=tenant.id)
    assert row == {"payload": payload, "event_id": "会議-🎥"}
    assert len(str(payload).encode()) > 10_000_000


def test_an_event_does_not_move_to_a_strangers_connector(
    connection: Connection, tenant: Tenant, stranger: Tenant
) -> None:
    theirs = create_connector(connection, stranger, "zoom")
    with as_service(connection):
        insert(connection, "webhook_events", event(tenant))
    for change in ({"connector_id": theirs}, {"connector_id": theirs, "org_id": tenant.id}):
        with pytest.raises(errors.ForeignKeyViolation, match="unknown connector"), as_service(connection):
            update(connection, "webhook_events", change, org_id=tenant.id)


@pytest.mark.parametrize("lease", [None, "10 minutes"])
def test_a_claim_without_a_lease_holds_all_the_same(connection: Connection, tenant: Tenant, lease: str | None) -> None:
    connection.execute("update connector_webhook_events set processed = true")
    with as_service(connection):
        insert(connection, "webhook_events", event(tenant))
    found = []
    for _ in range(2):
        with as_service(connection):
            found.append(len(rpc(connection, "claim_webhook_events", max_events=10, lease=lease)))
    assert found == [1, 0]


@pytest.mark.parametrize("function", ["claim_webhook_events", "claim_waiting_documents", "claim_due_syncs"])
@pytest.mark.parametrize("many", [None, 0, -1])
def test_who_asks_for_nothing_gets_nothing(connection: Connection, function: str, many: int | None) -> None:
    argument = {"claim_due_syncs": "max_connectors", "claim_waiting_documents": "max_documents"}
    with as_service(connection):
        assert rpc(connection, function, **{argument.get(function, "max_events"): many}) == []


# The rate limit


@pytest.mark.parametrize(
    "odd",
    [
        {"max_events": None},
        {"window_seconds": None},
        {"max_events": 0},
        {"window_seconds": -1},
        {"when_exceeded": None},
        {"when_exceeded": "429"},
    ],
)
def test_a_limit_that_makes_no_sense_is_an_error_and_no_answer(
    connection: Connection, tenant: Tenant, odd: dict[str, object]
) -> None:
    connector = create_connector(connection, tenant, "zoom")
    with pytest.raises(errors.InvalidParameterValue), as_service(connection):
        rpc(connection, "check_webhook_rate_limit", connector_id=connector, **odd)


@pytest.mark.parametrize("connector", [None, uuid4()])
def test_a_limit_of_no_connector_is_an_error(connection: Connection, connector: object) -> None:
    with pytest.raises(errors.NoDataFound, match="unknown connector"), as_service(connection):
        rpc(connection, "check_webhook_rate_limit", connector_id=connector)


# Documents


def test_a_document_of_ten_megabytes_is_stored_and_found_by_its_beginning(
    connection: Connection, tenant: Tenant
) -> None:
    connector = create_connector(connection, tenant, "url_import")
    words = " ".join(f"word{number}" for number in range(900_000))
    with as_service(connection):
        import_documents(connection, [document(tenant, connector, "book", content=f"Zanzibar {words}")])
        found = rpc(connection, "unified_content_search", search_query="zanzibar", search_org_id=tenant.id)
    assert [row["title"] for row in found] == ["File book"]


def test_one_request_does_not_write_the_same_document_twice(connection: Connection, tenant: Tenant) -> None:
    """PostgreSQL's own rule for an upsert: the connector must leave out what it has twice."""
    connector = create_connector(connection, tenant, "notion")
    with pytest.raises(errors.CardinalityViolation), as_service(connection):
        import_documents(connection, [document(tenant, connector, "same") for _ in range(2)])


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("cleanup_old_connector_imports", {"days_old": None}),
        ("cleanup_old_connector_imports", {"days_old": -1}),
        ("purge_connector_sync_logs", {"days_old": 0}),
        ("purge_connector_webhook_events", {"days_old": None}),
    ],
)
def test_a_clean_up_of_everything_by_mistake_is_refused(
    connection: Connection, call: str, arguments: dict[str, object]
) -> None:
    with pytest.raises(errors.InvalidParameterValue), as_service(connection):
        rpc(connection, call, **arguments)


def test_a_clean_up_without_consent_deletes_nothing(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "notion")
    with as_service(connection):
        import_documents(connection, [document(tenant, connector, "a", last_synced_at="2001-01-01T00:00:00Z")])
        for consent in ({}, {"dry_run": True}, {"dry_run": None}):
            rpc(connection, "cleanup_old_connector_imports", days_old=1, **consent)
    gone = one(connection, "select count(*) from imported_documents where org_id = %s and is_deleted", tenant.id)
    assert gone == 0


# Numbers at their end

LARGEST, LARGEST_SIZE = 2**31 - 1, 2**63 - 1


@pytest.mark.parametrize(
    ("begun", "counting", "after"),
    [
        ((LARGEST, LARGEST, 0), "increment_batch_processed", (LARGEST, 0, 100.0, "completed")),
        ((LARGEST, LARGEST, LARGEST), "increment_batch_failed", (LARGEST, LARGEST, 100.0, "failed")),
        ((3, LARGEST, LARGEST), "increment_batch_failed", (3, 3, 100.0, "failed")),
        ((4, -LARGEST - 1, -LARGEST - 1), "increment_batch_failed", (1, 1, 25.0, "uploading")),
        ((4, -7, 0), "increment_batch_processed", (1, 0, 25.0, "uploading")),
    ],
)
@pytest.mark.parametrize("by", ["contributor", None])
def test_a_batch_begun_with_any_numbers_counts_within_its_total(  # noqa: PLR0917 - what is tried, and who tries
    connection: Connection,
    tenant: Tenant,
    begun: tuple[int, int, int],
    counting: str,
    after: tuple[object, ...],
    by: str | None,
) -> None:
    names = ("total_files", "processed_files", "failed_files")
    row = {"org_id": tenant.id, "user_id": tenant.members["contributor"], **dict(zip(names, begun, strict=True))}
    with as_service(connection):
        (made,) = insert(connection, "file_upload_batches", row, returning="id")
    with tenant.signed_in(connection, by) if by else as_service(connection):
        rpc(connection, counting, batch_id=made["id"])
    columns = "processed_files,failed_files,progress_percent,status"
    with as_service(connection):
        (found,) = select(connection, "file_upload_batches", columns, id=made["id"])
    assert tuple(found.values()) == after


def test_sizes_that_no_file_has_break_nobodys_sums(connection: Connection, tenant: Tenant, stranger: Tenant) -> None:
    """A provider says how large a file is, and one tenant's provider may be anything."""
    for owner, size in ((tenant, LARGEST_SIZE), (stranger, 1000)):
        connector = create_connector(connection, owner, "url_import")
        rows = [document(owner, connector, f"{n}", file_size=size, last_synced_at="2020-01-01") for n in range(3)]
        with as_service(connection):
            import_documents(connection, rows)
            insert(
                connection,
                "connector_sync_logs",
                [{"org_id": owner.id, "connector_id": connector, "bytes_transferred": size}] * 3,
            )
    with as_service(connection):
        usage = {row["org_id"]: row["bytes"] for row in select(connection, "connector_storage_usage", "org_id,bytes")}
        moved = {
            row["org_id"]: row["bytes_transferred"]
            for row in select(connection, "connector_analytics", "org_id,bytes_transferred")
        }
    assert (usage[tenant.id], usage[stranger.id]) == (LARGEST_SIZE, 3000)
    assert (moved[tenant.id], moved[stranger.id]) == (LARGEST_SIZE, 3000)
    for dry_run in (True, False):
        with as_service(connection):
            freed = rpc(connection, "cleanup_old_connector_imports", days_old=90, dry_run=dry_run)
        sizes = {row["org_id"]: row["bytes"] for row in freed}
        assert (sizes[tenant.id], sizes[stranger.id]) == (LARGEST_SIZE, 3000)


def test_a_webhook_limit_counts_no_further_than_it_can(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "zoom")
    with as_service(connection):
        rpc(connection, "check_webhook_rate_limit", connector_id=connector)
        connection.execute(
            "update private.webhook_rate_counters set events = %s where connector_id = %s", [LARGEST, connector]
        )
        (answer,) = rpc(connection, "check_webhook_rate_limit", connector_id=connector)
    assert answer["allowed"] is False


@pytest.mark.parametrize("progress", [None, "NaN"])
def test_a_progress_of_no_files_counts_as_none(connection: Connection, tenant: Tenant, progress: object) -> None:
    """A service that divides by no files has NaN, which JSON writes as null."""
    row = {"org_id": tenant.id, "total_files": 0, "progress_percent": progress}
    with as_service(connection):
        (made,) = insert(connection, "file_upload_batches", row, returning="id,progress_percent")
        assert made["progress_percent"] == 0
        update(connection, "file_upload_batches", {"progress_percent": 50}, id=made["id"])
        change = {"progress_percent": progress}
        (changed,) = update(connection, "file_upload_batches", change, returning="progress_percent", id=made["id"])
    assert changed == {"progress_percent": 0}
