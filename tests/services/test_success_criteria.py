"""The nine criteria by which the connector system is ready, each as a test of its own."""

from __future__ import annotations

import psycopg
import pytest

from connectors import validation
from tests.fixtures.postgres import Database
from tests.services.application import (
    TYPES,
    create_connector,
    new_batch,
    process_documents,
    renew_credentials,
    sync,
    upload,
)
from tests.services.deliveries import zoom
from tests.services.tenants import Tenant
from tests.services.workers import together
from tests.support.catalog import column, one
from tests.support.postgrest import insert, rpc, select, update
from tests.support.sessions import Connection, as_service

TABLES = ("connector_sync_logs", "connector_webhook_events", "file_upload_batches")
COLUMNS = {
    "connector_configs": (
        *("credentials_updated_at", "next_sync_at", "sync_frequency", "webhook_url", "webhook_secret"),
        *("webhook_active", "error_count", "last_error", "last_error_at", "description", "filters", "metadata"),
        "last_sync_status",
    ),
    "imported_documents": (
        *("content_hash", "processing_status", "chunks_generated", "source_metadata", "is_deleted", "external_url"),
        *("parent_external_id", "processing_error", "embeddings_generated", "first_synced_at", "sync_count"),
        "file_size",
    ),
}
POLICIES = {
    "connector_configs": {"SELECT", "INSERT", "UPDATE", "DELETE", "ALL"},
    "imported_documents": {"SELECT", "ALL"},
    "connector_sync_logs": {"SELECT", "ALL"},
    "connector_webhook_events": {"SELECT", "ALL"},
    "file_upload_batches": {"SELECT", "INSERT", "ALL"},
}


def test_1_all_three_missing_tables_exist(connection: Connection) -> None:
    assert validation.counts(connection)["Tables"] == 3
    for table in TABLES:
        with as_service(connection):
            assert select(connection, table, "id,org_id", id="00000000-0000-0000-0000-000000000000") == []


@pytest.mark.parametrize("table", COLUMNS)
def test_2_all_missing_columns_are_there(connection: Connection, tenant: Tenant, table: str) -> None:
    """A service names every one of them, in one request, and none is unknown."""
    with as_service(connection):
        assert select(connection, table, ",".join(COLUMNS[table]), org_id=tenant.id) == []


def test_3_both_helper_functions_are_there(connection: Connection, tenant: Tenant) -> None:
    assert validation.counts(connection)["Functions"] == 2
    batch = new_batch(connection, tenant, 4)
    with as_service(connection):
        for function in ("increment_batch_processed", "increment_batch_failed"):
            for name in ("batch_id", "batch_id_param"):
                rpc(connection, function, **{name: batch})
        (row,) = select(connection, "file_upload_batches", "processed_files,failed_files,status", id=batch)
    assert row == {"processed_files": 4, "failed_files": 2, "status": "completed"}


def test_4_all_policies_are_applied(connection: Connection) -> None:
    assert validation.counts(connection)["RLS Policies"] >= 10
    for table, commands in POLICIES.items():
        assert set(column(connection, "select cmd from pg_policies where tablename = %s", table)) == commands
        assert one(connection, "select relrowsecurity from pg_class where oid = %s::regclass", table) is True


def test_5_the_storage_is_configured(connection: Connection, tenant: Tenant) -> None:
    buckets = connection.execute(
        "select id, public, file_size_limit, cardinality(allowed_mime_types) >= 27 from storage.buckets"
        " where id in ('connector-imports', 'imported-files') order by id"
    ).fetchall()
    assert buckets == [(name, False, 5368709120, True) for name in ("connector-imports", "imported-files")]
    commands = column(
        connection,
        "select cmd from pg_policies where schemaname = 'storage' and tablename = 'objects'"
        " and qual || coalesce(with_check, '') like '%%connector-imports%%'"
        " or with_check like '%%connector-imports%%' order by 1",
    )
    assert commands == ["DELETE", "INSERT", "SELECT", "UPDATE"]


@pytest.mark.parametrize("kind", TYPES)
def test_6_the_services_create_update_and_sync(connection: Connection, tenant: Tenant, kind: str) -> None:
    connector = create_connector(connection, tenant, kind)
    renew_credentials(connection, connector)
    sync(connection, tenant, kind, connector, files=2)
    with tenant.signed_in(connection, "reader"):
        (row,) = select(connection, "connector_configs", "last_sync_status,sync_status,error_count", id=connector)
    assert row == {"last_sync_status": "success", "sync_status": "idle", "error_count": 0}


def test_7_background_jobs_run(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "google_drive")
    job = {
        "type": "sync_connector",
        "payload": {"connectorId": connector},
        "org_id": tenant.id,
        "run_after": "2026-01-01",
    }
    with as_service(connection):
        (made,) = insert(connection, "jobs", job, returning="id")
        due = column(connection, "select id from jobs where status = 'pending' and run_at <= now()")
    assert made["id"] in due
    sync(connection, tenant, "google_drive", connector, files=3)
    assert process_documents(connection, tenant) == 3
    with as_service(connection):
        update(connection, "jobs", {"status": "completed"}, id=made["id"])
        for call in ("claim_due_syncs", "claim_waiting_documents", "claim_webhook_events"):
            rpc(connection, call)
        for call in ("purge_connector_sync_logs", "purge_connector_webhook_events", "cleanup_old_connector_imports"):
            rpc(connection, call)


def test_8_webhooks_are_processed(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "zoom")
    (event,) = zoom("recording.completed", 1700000000123, "Weekly", "ed6c2f27").events()
    row = {"org_id": tenant.id, "connector_id": connector, **event}
    with as_service(connection):
        assert rpc(connection, "check_webhook_rate_limit", connector_id=connector)[0]["allowed"] is True
        insert(connection, "connector_webhook_events", row, on_conflict="org_id,event_source,event_id,event_type")
    with as_service(connection):
        claimed = [
            one for one in rpc(connection, "claim_webhook_events", max_events=1000) if one["org_id"] == tenant.id
        ]
        update(connection, "webhook_events", {"processed": True, "processed_at": "now"}, id=claimed[0]["id"])
        assert select(connection, "connector_webhook_events", "event_id", org_id=tenant.id, processed=True) == [
            {"event_id": event["event_id"]}
        ]


def test_9_a_batch_upload_completes(provisioned_variant: Database, connection: Connection, tenant: Tenant) -> None:
    batch = new_batch(connection, tenant, 32)

    def work(worker: psycopg.Connection[tuple[object, ...]], number: int) -> None:
        for file in (2 * number, 2 * number + 1):
            upload(worker, tenant, batch, file, fails=file == 5)

    together(provisioned_variant, work)
    with tenant.signed_in(connection, "contributor"):
        (row,) = select(
            connection, "file_upload_batches", "processed_files,failed_files,progress_percent,status", id=batch
        )
    assert row == {"processed_files": 32, "failed_files": 1, "progress_percent": 100.0, "status": "completed"}
