"""A connector of every type: created by an admin, synced by services, read by members, deleted with all it brought."""

from __future__ import annotations

from typing import LiteralString
from uuid import UUID

import pytest
from psycopg import errors

from tests.services.application import (
    READABLE,
    TYPES,
    create_connector,
    document,
    file_path,
    import_documents,
    process_documents,
    renew_credentials,
    sync,
)
from tests.services.tenants import Tenant
from tests.support.catalog import column, one
from tests.support.postgrest import Row, insert, rpc, select, update
from tests.support.sessions import Connection, as_service

STORED: LiteralString = "select name from storage.objects where bucket_id = any(%s)"


def health(connection: Connection, tenant: Tenant, connector: UUID, role: str = "reader") -> Row:
    """Read the connector's health as a member's dashboard does."""
    with tenant.signed_in(connection, role):
        (row,) = select(
            connection, "connector_health", "health,syncs_of_week,documents_of_week", connector_id=connector
        )
    return row


@pytest.mark.parametrize("kind", TYPES)
def test_a_connector_of_every_type_lives_from_creation_to_deletion(
    connection: Connection, tenant: Tenant, kind: str
) -> None:
    connector = create_connector(connection, tenant, kind)
    assert health(connection, tenant, connector)["health"] == "overdue"

    renew_credentials(connection, connector)
    with tenant.signed_in(connection, "owner"):
        update(connection, "connector_configs", {"settings": {"folders": ["/all"]}, "name": "Renamed"}, id=connector)
    with as_service(connection):
        (seen,) = select(
            connection, "connector_configs", "name,credentials,webhook_secret,credentials_updated_at", id=connector
        )
    assert (seen["name"], seen["credentials"]) == ("Renamed", {"access_token": "ya29.second"})
    assert seen["webhook_secret"] == "whsec_first"
    assert seen["credentials_updated_at"] is not None

    log = sync(connection, tenant, kind, connector)
    assert health(connection, tenant, connector) == {
        "health": "healthy",
        "syncs_of_week": 1,
        "documents_of_week": 5,
    }
    assert process_documents(connection, tenant) == 5
    with tenant.signed_in(connection, "reader"):
        (logged,) = select(connection, "connector_sync_logs", "status,documents_synced", id=log)
        documents = select(connection, "imported_documents", "title,processing_status", connector_id=connector)
        files = column(connection, "select name from storage.objects where bucket_id = 'connector-imports'")
        (usage,) = select(connection, "connector_storage_usage", "documents,bytes", connector_id=connector)
    assert logged == {"status": "success", "documents_synced": 5}
    assert {row["processing_status"] for row in documents} == {"completed"}
    assert all(str(name).startswith(f"{tenant.id}/connectors/{kind}/{connector}/") for name in files)
    assert (len(documents), len(files), usage) == (5, 5, {"documents": 5, "bytes": 5000})

    with tenant.signed_in(connection, "admin"):
        assert connection.execute("delete from connector_configs where id = %s", [connector]).rowcount == 1
    for table in ("connector_configs", "connector_sync_logs", "imported_documents"):
        with as_service(connection):
            assert select(connection, table, "id", org_id=tenant.id) == []


@pytest.mark.parametrize("kind", TYPES)
def test_a_due_connector_of_every_type_is_handed_to_a_worker(connection: Connection, tenant: Tenant, kind: str) -> None:
    connector = create_connector(connection, tenant, kind)
    with as_service(connection):
        claimed = {row["connector_id"]: row for row in rpc(connection, "claim_due_syncs", max_connectors=1000)}
        again = {row["connector_id"] for row in rpc(connection, "claim_due_syncs", max_connectors=1000)}
    assert claimed[connector]["connector_type"] == kind
    assert claimed[connector]["org_id"] == tenant.id
    assert connector not in again


def test_a_sync_that_runs_twice_writes_no_document_twice(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "google_drive")
    for _ in range(2):
        sync(connection, tenant, "google_drive", connector, files=20)
    with as_service(connection):
        documents = select(connection, "imported_documents", "id,first_synced_at", connector_id=connector)
        logs = select(connection, "connector_sync_logs", "id", connector_id=connector)
    assert (len(documents), len(logs)) == (20, 2)


def test_an_upsert_keeps_what_it_does_not_name(connection: Connection, tenant: Tenant) -> None:
    """A worker's results and the date of the first import are no part of a connector's request."""
    connector = create_connector(connection, tenant, "notion")
    with as_service(connection):
        (first,) = import_documents(connection, [document(tenant, connector, "page-1")])
    process_documents(connection, tenant)
    with as_service(connection):
        (second,) = import_documents(connection, [document(tenant, connector, "page-1", title="Edited")])
        (row,) = select(connection, "imported_documents", "title,first_synced_at,created_at", id=first["id"])
    assert (first["processing_status"], first["chunks_generated"]) == ("pending", False)
    assert (second["id"], second["processing_status"], second["chunks_generated"]) == (first["id"], "completed", True)
    assert row["title"] == "Edited"
    assert row["first_synced_at"] is not None


def test_an_upsert_of_a_thousand_documents_is_one_request(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "sharepoint")
    with as_service(connection):
        made = import_documents(connection, (document(tenant, connector, f"item-{n}") for n in range(1000)))
        again = import_documents(connection, (document(tenant, connector, f"item-{n}") for n in range(500, 1500)))
        count = one(connection, "select count(*) from imported_documents where connector_id = %s", connector)
    assert (len(made), len(again), count) == (1000, 1000, 1500)


def test_an_import_brings_back_what_was_cleaned_up(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "confluence")
    with as_service(connection):
        import_documents(connection, [document(tenant, connector, "page", last_synced_at="2020-01-01T00:00:00Z")])
        freed = rpc(connection, "cleanup_old_connector_imports", days_old=1000, dry_run=False)
    assert [row for row in freed if row["org_id"] == tenant.id] == [
        {"org_id": tenant.id, "connector_type": "confluence", "documents": 1, "bytes": 1000}
    ]
    with tenant.signed_in(connection, "reader"):
        assert select(connection, "imported_documents", "id", connector_id=connector) == []
    with as_service(connection):
        import_documents(connection, [document(tenant, connector, "page", is_deleted=False)])
    with tenant.signed_in(connection, "reader"):
        assert len(select(connection, "imported_documents", "id", connector_id=connector)) == 1


def test_a_failed_sync_shows_in_health_and_analytics(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "slack")
    row = {
        "org_id": tenant.id,
        "connector_id": connector,
        "sync_type": "scheduled",
        "status": "failed",
        "documents_failed": 3,
        "error_message": "token expired",
        "error_details": {"status": 401},
    }
    with as_service(connection):
        insert(connection, "connector_sync_logs", row)
        broken = {"sync_status": "error", "last_sync_status": "failed", "error_count": 4, "last_error": "token expired"}
        update(connection, "connector_configs", broken, id=connector)
    assert health(connection, tenant, connector, "contributor")["health"] == "failing"
    with tenant.signed_in(connection, "reader"):
        (day,) = select(connection, "connector_analytics", "failed_syncs,documents_failed", connector_id=connector)
    assert day == {"failed_syncs": 1, "documents_failed": 3}


# Who may not


@pytest.mark.parametrize("role", ["reader", "contributor"])
def test_a_member_who_is_no_admin_changes_nothing(connection: Connection, tenant: Tenant, role: str) -> None:
    connector = create_connector(connection, tenant, "zoom")
    with pytest.raises(errors.InsufficientPrivilege):
        create_connector(connection, tenant, "zoom", by=role)
    with tenant.signed_in(connection, role):
        assert update(connection, "connector_configs", {"name": "Mine"}, returning="id", id=connector) == []
        assert connection.execute("delete from connector_configs where id = %s", [connector]).rowcount == 0
        assert len(select(connection, "connector_configs", READABLE, id=connector)) == 1


@pytest.mark.parametrize("secret", ["credentials", "webhook_secret"])
@pytest.mark.parametrize("role", ["owner", "admin", "contributor", "reader"])
def test_no_member_reads_a_secret_back(connection: Connection, tenant: Tenant, role: str, secret: str) -> None:
    connector = create_connector(connection, tenant, "zoom")
    with pytest.raises(errors.InsufficientPrivilege), tenant.signed_in(connection, role):
        select(connection, "connector_configs", f"id,{secret}", id=connector)
    with pytest.raises(errors.InsufficientPrivilege), tenant.signed_in(connection, role):
        update(connection, "connector_configs", {"name": "x"}, returning=f"id,{secret}", id=connector)


def test_another_organization_sees_and_changes_nothing(
    connection: Connection, tenant: Tenant, stranger: Tenant
) -> None:
    connector = create_connector(connection, tenant, "microsoft_teams")
    sync(connection, tenant, "microsoft_teams", connector)
    tables = ("connector_configs", "connector_sync_logs", "imported_documents")
    with stranger.signed_in(connection, "owner"):
        assert [select(connection, table, "id", org_id=tenant.id) for table in tables] == [[], [], []]
        assert select(connection, "connector_health", "health", connector_id=connector) == []
        assert update(connection, "connector_configs", {"name": "Theirs"}, returning="id", id=connector) == []
        assert column(connection, "select id from storage.objects where name like %s", f"{tenant.id}/%") == []
    with pytest.raises(errors.InsufficientPrivilege), stranger.signed_in(connection, "owner"):
        insert(connection, "connector_configs", {"org_id": tenant.id, "connector_type": "zoom", "credentials": {}})


def test_an_admin_uploads_under_the_own_organizations_folder_only(
    connection: Connection, tenant: Tenant, stranger: Tenant
) -> None:
    connector = create_connector(connection, tenant, "google_drive")
    paths = [file_path(tenant, "google_drive", connector, name) for name in ("plan.pdf", "Über uns 会議.pdf")]
    for bucket in ("connector-imports", "imported-files"):
        with tenant.signed_in(connection, "admin"):
            for path in paths:
                connection.execute("insert into storage.objects (bucket_id, name) values (%s, %s)", [bucket, path])
        with pytest.raises(errors.InsufficientPrivilege), stranger.signed_in(connection, "admin"):
            connection.execute("insert into storage.objects (bucket_id, name) values (%s, %s)", [bucket, paths[0]])
    with tenant.signed_in(connection, "reader"):
        assert sorted(map(str, column(connection, STORED, ["connector-imports", "imported-files"]))) == sorted(
            paths * 2
        )
