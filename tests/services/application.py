"""What the application's services do for one connector, as they do it: through the API, with names and JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from tests.services.tenants import Tenant
from tests.support.postgrest import Row, insert, rpc, select, update
from tests.support.sessions import Connection, as_service

TYPES = (
    "google_drive",
    "notion",
    "confluence",
    "file_upload",
    "url_import",
    "slack",
    "zoom",
    "microsoft_teams",
    "sharepoint",
)
READABLE = "id,name,connector_type,settings,filters,sync_status,sync_frequency,last_sync_status,webhook_active"


def create_connector(connection: Connection, tenant: Tenant, kind: str, *, by: str = "admin") -> UUID:
    """Create a connector as an admin does from the application's settings page; give its id."""
    row = {
        "org_id": tenant.id,
        "connector_type": kind,
        "name": f"Our {kind}",
        "description": "Made by an admin",
        "credentials": {"access_token": "ya29.first", "refresh_token": "1//first"},
        "settings": {"folders": ["/team"]},
        "filters": {"fileTypes": ["pdf"]},
        "webhook_secret": "whsec_first",
        "sync_frequency": "hourly",
        "next_sync_at": "2026-01-01T00:00:00Z",
        "created_by": tenant.members[by],
    }
    with tenant.signed_in(connection, by):
        (made,) = insert(connection, "connector_configs", row, returning="id,name")
    return UUID(str(made["id"]))


def renew_credentials(connection: Connection, connector: UUID) -> None:
    """Write new tokens, as the OAuth callback does."""
    with as_service(connection):
        update(
            connection,
            "connector_configs",
            {"credentials": {"access_token": "ya29.second"}, "credentials_updated_at": datetime.now(UTC)},
            id=connector,
        )


def file_path(tenant: Tenant, kind: str, connector: UUID, name: str) -> str:
    """Return where a connector's file goes."""
    return f"{tenant.id}/connectors/{kind}/{connector}/{datetime.now(UTC):%Y-%m-%d}/{uuid4()}-{name}"


def store_file(connection: Connection, bucket: str, path: str, size: int = 1000) -> None:
    """Do what the Storage service does in the database for an upload."""
    connection.execute(
        "insert into storage.objects (bucket_id, name, metadata) values (%s, %s, jsonb_build_object('size', %s))",
        [bucket, path, size],
    )


def document(tenant: Tenant, connector: UUID | None, external_id: str, **more: object) -> dict[str, object]:
    """Return a document as a connector writes it."""
    content = f"Text of {external_id}"
    return {
        "org_id": tenant.id,
        "connector_id": connector,
        "external_id": external_id,
        "title": f"File {external_id}",
        "content": content,
        "content_hash": hashlib.sha256(content.encode()).hexdigest(),
        "external_url": f"https://files.example.com/{external_id}",
        "file_type": "pdf",
        "file_size": 1000,
        "source_metadata": {"version": 1},
        "last_synced_at": datetime.now(UTC),
        **more,
    }


def import_documents(connection: Connection, documents: Iterable[dict[str, Any]]) -> list[Row]:
    """Write documents over those with the same connector and id, in one request."""
    return insert(
        connection,
        "imported_documents",
        list(documents),
        on_conflict="connector_id,external_id",
        merge=True,
        returning="id,external_id,processing_status,chunks_generated",
    )


def sync(connection: Connection, tenant: Tenant, kind: str, connector: UUID, *, files: int = 5) -> UUID:
    """Run one sync from its log's first line to its last; give the log."""
    with as_service(connection):
        update(connection, "connector_configs", {"sync_status": "syncing"}, id=connector)
        (log,) = insert(
            connection,
            "connector_sync_logs",
            {"org_id": tenant.id, "connector_id": connector, "sync_type": "manual", "status": "running"},
            returning="id,status",
        )
    with as_service(connection):
        for number in range(files):
            store_file(connection, "connector-imports", file_path(tenant, kind, connector, f"file {number}.pdf"))
        import_documents(connection, (document(tenant, connector, f"ext-{n}") for n in range(files)))
    with as_service(connection):
        done: dict[str, object] = {
            "status": "success",
            "completed_at": datetime.now(UTC),
            "duration_ms": 1200,
            "documents_synced": files,
            "api_calls_made": files + 1,
            "bytes_transferred": files * 1000,
        }
        update(connection, "connector_sync_logs", done, id=log["id"])
        state: dict[str, object] = {
            "sync_status": "idle",
            "last_sync_status": "success",
            "last_sync_at": datetime.now(UTC),
            "error_count": 0,
            "last_error": None,
            "next_sync_at": datetime.now(UTC),
        }
        update(connection, "connector_configs", state, id=connector)
    return UUID(str(log["id"]))


def process_documents(connection: Connection, tenant: Tenant) -> int:
    """Make chunks of the tenant's waiting documents, as the worker does; give how many there were."""
    with as_service(connection):
        rows = select(connection, "imported_documents", "id", org_id=tenant.id, chunks_generated=False)
        for row in rows:
            state = {"processing_status": "completed", "chunks_generated": True, "embeddings_generated": True}
            update(connection, "imported_documents", state, id=row["id"])
    return len(rows)


def new_batch(connection: Connection, tenant: Tenant, files: int, *, by: str = "contributor") -> UUID:
    """Begin a batch as a member does; give its id."""
    row = {"org_id": tenant.id, "user_id": tenant.members[by], "batch_name": "Scans", "total_files": files}
    with tenant.signed_in(connection, by):
        (made,) = insert(connection, "file_upload_batches", row, returning="id,status")
    return UUID(str(made["id"]))


def upload(connection: Connection, tenant: Tenant, batch: UUID, number: int, *, fails: bool) -> None:
    """Handle one file of a batch: store it, write its document, count it; a file that fails is only counted.

    Three requests, as the application makes them, and the argument's older name where a file is done.
    """
    if fails:
        with as_service(connection):
            rpc(connection, "increment_batch_failed", batch_id=batch)
        return
    path = f"{tenant.id}/batches/{batch}/{datetime.now(UTC):%Y-%m-%d}/{uuid4()}-scan {number}.pdf"
    with as_service(connection):
        store_file(connection, "imported-files", path)
    with as_service(connection):
        insert(connection, "imported_documents", document(tenant, None, f"{batch}/{number}", metadata={"path": path}))
    with as_service(connection):
        rpc(connection, "increment_batch_processed", batch_id_param=batch)
