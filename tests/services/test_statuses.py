"""The two statuses of a document: workers write one, connectors the other, and neither shows work that is done."""

from __future__ import annotations

import pytest
from psycopg import errors

from tests.services.application import create_connector, document, import_documents
from tests.services.tenants import Tenant
from tests.support.postgrest import Row, insert, rpc, select, update
from tests.support.sessions import Connection, as_service

SYNC, PROCESSING = "sync_status", "processing_status"


def written(connection: Connection, tenant: Tenant, before: tuple[str, str], change: dict[str, object]) -> Row:
    """Give both statuses of a document that had `before`, after a service's change."""
    with as_service(connection):
        row = {"org_id": tenant.id, "external_id": "a", SYNC: before[0], PROCESSING: before[1]}
        insert(connection, "imported_documents", row)
        update(connection, "imported_documents", change, org_id=tenant.id)
        (after,) = select(connection, "imported_documents", f"{SYNC},{PROCESSING}", org_id=tenant.id)
    return after


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        (("processing", "pending"), {SYNC: "completed"}, ("completed", "completed")),
        (("processing", "pending"), {SYNC: "error"}, ("error", "failed")),
        (("completed", "pending"), {SYNC: "completed"}, ("completed", "pending")),
        (("completed", "completed"), {PROCESSING: "pending"}, ("pending", "pending")),
        (("pending", "pending"), {PROCESSING: "failed"}, ("error", "failed")),
        (("completed", "pending"), {PROCESSING: "pending"}, ("pending", "pending")),
        (("error", "completed"), {"title": "Another"}, ("error", "completed")),
    ],
)
def test_the_status_that_is_left_out_follows(
    connection: Connection,
    tenant: Tenant,
    before: tuple[str, str],
    change: dict[str, object],
    after: tuple[str, str],
) -> None:
    assert tuple(written(connection, tenant, before, change).values()) == after


@pytest.mark.parametrize("sync", ["pending", "processing", "completed", "error"])
@pytest.mark.parametrize("processing", ["pending", "processing", "completed", "failed", None])
@pytest.mark.parametrize("before", [("processing", "pending"), ("completed", "completed")])
def test_who_writes_both_has_what_it_wrote(
    connection: Connection, tenant: Tenant, before: tuple[str, str], sync: str, processing: str | None
) -> None:
    """Also where one of the two is written as it was."""
    change: dict[str, object] = {SYNC: sync, PROCESSING: processing}
    assert written(connection, tenant, before, change) == change


def test_a_document_that_waits_still_waits_when_it_is_stored_once_more(connection: Connection, tenant: Tenant) -> None:
    connection.execute("update imported_documents set chunks_generated = true")
    connector = create_connector(connection, tenant, "notion")
    with as_service(connection):
        for _ in range(2):
            import_documents(connection, [document(tenant, connector, "a", sync_status="completed")])
        assert len(rpc(connection, "claim_waiting_documents")) == 1


def test_a_connector_that_syncs_again_makes_its_documents_wait(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "notion")
    with as_service(connection):
        import_documents(connection, [document(tenant, connector, "a", sync_status="completed")])
        update(connection, "imported_documents", {SYNC: "completed"}, org_id=tenant.id)
        import_documents(connection, [document(tenant, connector, "a", processing_status="pending")])
        (row,) = select(connection, "imported_documents", f"{SYNC},{PROCESSING}", org_id=tenant.id)
    assert row == {SYNC: "pending", PROCESSING: "pending"}


def test_a_worker_of_the_other_status_sees_what_is_claimed(connection: Connection, tenant: Tenant) -> None:
    connection.execute("update imported_documents set chunks_generated = true")
    with as_service(connection):
        insert(connection, "imported_documents", {"org_id": tenant.id, "external_id": "a"})
        rpc(connection, "claim_waiting_documents")
        (row,) = select(connection, "imported_documents", SYNC, org_id=tenant.id)
    assert row == {SYNC: "processing"}


@pytest.mark.parametrize("status", ["bogus", "written", "written:pending", ""])
def test_a_status_that_is_none_is_refused(connection: Connection, tenant: Tenant, status: str) -> None:
    """Whatever a row carries from one step to the next, none is stored with it."""
    with pytest.raises(errors.CheckViolation, match="imported_documents_processing_status_check"):
        written(connection, tenant, ("pending", "pending"), {PROCESSING: status})
