"""A batch of a thousand files by sixteen workers, some failing; and counting that loses nothing."""

from __future__ import annotations

import threading
from queue import Empty, SimpleQueue
from uuid import UUID

import pytest
from psycopg import errors

from tests.fixtures.postgres import Database
from tests.services.application import new_batch, upload
from tests.services.tenants import Tenant
from tests.services.workers import WORKERS, together
from tests.support.catalog import one
from tests.support.postgrest import Row, insert, rpc, select
from tests.support.sessions import Connection, as_service

STATE = "total_files,processed_files,failed_files,progress_percent,status"
FILES, EACH = 1000, 7
"""So many files; every seventh fails."""


def state(connection: Connection, batch: UUID) -> Row:
    """Read a batch as a service does."""
    with as_service(connection):
        (row,) = select(connection, "file_upload_batches", f"{STATE},completed_at", id=batch)
    return row


def test_a_thousand_files_by_sixteen_workers_with_failures(
    provisioned_variant: Database, connection: Connection, tenant: Tenant
) -> None:
    batch = new_batch(connection, tenant, FILES)
    waiting: SimpleQueue[int] = SimpleQueue()
    for number in range(FILES):
        waiting.put(number)

    def work(worker: Connection, _: int) -> int:
        done = 0
        while True:
            try:
                number = waiting.get_nowait()
            except Empty:
                return done
            upload(worker, tenant, batch, number, fails=number % EACH == 0)
            done += 1

    assert sum(together(provisioned_variant, work)) == FILES
    failed = len(range(0, FILES, EACH))
    with tenant.signed_in(connection, "reader"):
        (row,) = select(connection, "file_upload_batches", f"{STATE},completed_at", id=batch)
        documents = select(connection, "imported_documents", "external_id,processing_status", org_id=tenant.id)
        files = one(
            connection,
            "select count(*) from storage.objects where bucket_id = 'imported-files' and name like %s",
            f"{tenant.id}/batches/{batch}/%",
        )
    assert row.pop("completed_at") is not None
    assert row == {
        "total_files": FILES,
        "processed_files": FILES,
        "failed_files": failed,
        "progress_percent": 100.0,
        "status": "completed",
    }
    assert len({document["external_id"] for document in documents}) == len(documents) == FILES - failed
    assert {document["processing_status"] for document in documents} == {"pending"}
    assert files == FILES - failed


@pytest.mark.long
def test_sixteen_workers_by_two_hundred_increments(
    provisioned_variant: Database, connection: Connection, tenant: Tenant
) -> None:
    total = WORKERS * 200
    batch = new_batch(connection, tenant, total)
    stop = threading.Event()
    seen: list[int] = []

    def look() -> None:
        with provisioned_variant.connect() as reader:
            while not stop.is_set():
                with tenant.signed_in(reader, "reader"):
                    (row,) = select(reader, "file_upload_batches", STATE, id=batch)
                assert row["failed_files"] <= row["processed_files"] <= total
                assert (row["status"] == "completed") == (row["processed_files"] == total)
                seen.append(row["processed_files"])

    def work(worker: Connection, number: int) -> None:
        for call in range(200):
            function = "increment_batch_failed" if call % 10 == 0 else "increment_batch_processed"
            name = "batch_id" if number % 2 else "batch_id_param"
            with as_service(worker) if number % 4 else tenant.signed_in(worker, "contributor"):
                rpc(worker, function, **{name: batch})

    watcher = threading.Thread(target=look)
    watcher.start()
    together(provisioned_variant, work)
    stop.set()
    watcher.join()
    final = state(connection, batch)
    assert (final["processed_files"], final["failed_files"], final["status"]) == (total, total // 10, "completed")
    assert seen == sorted(seen)
    assert len(seen) > 10

    together(provisioned_variant, lambda worker, n: _once_more(worker, batch, failed=n == 0))
    after = state(connection, batch)
    assert after["processed_files"] == total
    assert (after["status"], after["completed_at"]) == ("completed", final["completed_at"])


def _once_more(worker: Connection, batch: UUID, *, failed: bool) -> None:
    with as_service(worker):
        rpc(worker, "increment_batch_failed" if failed else "increment_batch_processed", batch_id=batch)


def test_a_batch_of_which_every_file_fails_has_failed(
    provisioned_variant: Database, connection: Connection, tenant: Tenant
) -> None:
    batch = new_batch(connection, tenant, 64)

    def work(worker: Connection, number: int) -> None:
        for call in range(4):
            upload(worker, tenant, batch, 4 * number + call, fails=True)

    together(provisioned_variant, work)
    row = state(connection, batch)
    assert (row["processed_files"], row["failed_files"], row["status"]) == (64, 64, "failed")


def test_a_member_begins_a_batch_for_nobody_else(connection: Connection, tenant: Tenant, stranger: Tenant) -> None:
    for organization, author in ((stranger.id, tenant.members["owner"]), (tenant.id, tenant.members["reader"])):
        with pytest.raises(errors.InsufficientPrivilege), tenant.signed_in(connection, "owner"):
            insert(connection, "file_upload_batches", {"org_id": organization, "user_id": author, "total_files": 1})


def test_a_member_counts_no_strangers_batch(connection: Connection, tenant: Tenant, stranger: Tenant) -> None:
    batch = new_batch(connection, tenant, 3)
    for function in ("increment_batch_processed", "increment_batch_failed"):
        for name in ("batch_id", "batch_id_param"):
            with pytest.raises(errors.NoDataFound), stranger.signed_in(connection, "owner"):
                rpc(connection, function, **{name: batch})
    assert state(connection, batch)["processed_files"] == 0


def test_uploads_go_to_either_folder_and_are_read_by_every_member(
    connection: Connection, tenant: Tenant, stranger: Tenant
) -> None:
    paths = [f"{tenant.id}/uploads/2026-01-31/1-a b.pdf", f"{tenant.id}/batches/7/2026-01-31/2-ü.pdf"]
    with as_service(connection):
        for path in paths:
            connection.execute("insert into storage.objects (bucket_id, name) values ('imported-files', %s)", [path])
    for role in ("reader", "contributor", "admin", "owner"):
        with tenant.signed_in(connection, role):
            found = connection.execute("select name from storage.objects where bucket_id = 'imported-files' order by 1")
            assert sorted(str(row[0]) for row in found) == sorted(paths)
    with stranger.signed_in(connection, "owner"):
        assert connection.execute("select from storage.objects where name = any(%s)", [paths]).rowcount == 0
