"""Nobody notices a deployment but those whose rights it takes away: watched all the way up and down."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

import psycopg
import pytest
from psycopg import errors

from localdb import sample
from localdb.sample import organization_id, sample_id
from tests.fixtures.postgres import Database
from tests.support.pulumi import Stack
from tests.support.sessions import Connection, as_anonymous, as_member, as_service

OWN = organization_id(1)
READER, OWNER = sample.user(1, "reader"), sample.user(1, "owner")
READABLE = (
    "id, org_id, connector_type, name, settings, last_sync_at, sync_status, sync_error, is_active, created_by,"
    " created_at, updated_at"
)
PATIENCE = 2.0
"""Seconds that a session may wait for a lock: less than any role.s statement timeout."""


@dataclass(slots=True)
class Watch:
    """What a watcher did and saw."""

    look: Callable[[Connection], object]
    seen: list[object] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)

    def changes(self) -> list[object]:
        """Return what was seen, each state once in a row."""
        return [item for index, item in enumerate(self.seen) if index == 0 or item != self.seen[index - 1]]


@contextmanager
def watching(database: Database, *looks: Callable[[Connection], object]) -> Iterator[list[Watch]]:
    """Let each watcher look again and again, on a connection of its own, while the block runs."""
    watches = [Watch(look) for look in looks]
    over = threading.Event()

    def keep_looking(watch: Watch) -> None:
        with database.connect() as connection:
            # PostgREST's answers are of one type for ever; a prepared `select *` is not its way to ask.
            connection.prepare_threshold = None
            connection.execute("select set_config('lock_timeout', %s, false)", [f"{PATIENCE}s"])
            while not over.is_set():
                try:
                    watch.seen.append(watch.look(connection))
                except psycopg.Error as error:
                    watch.trouble.append(error)
                time.sleep(0.002)

    threads = [threading.Thread(target=keep_looking, args=[watch]) for watch in watches]
    for thread in threads:
        thread.start()
    try:
        yield watches
    finally:
        over.set()
        for thread in threads:
            thread.join()


def answer(connection: Connection, query: str, *parameters: object) -> tuple[object, ...] | None:
    """Return the one row that a query answers."""
    return connection.execute(query.encode(), parameters or None).fetchone()


# The watchers


def waiting_documents(connection: Connection) -> object:
    """Count the work as a worker of either kind sees it; the columns may not be there (yet, or any more)."""
    with as_service(connection):
        (by_sync,) = answer(connection, "select count(*) from imported_documents where sync_status = 'pending'") or ()
    return (
        by_sync,
        _count(connection, "processing_status = 'pending'"),
        _count(connection, "processing_status = 'processing'"),
    )


def unchunked_documents(connection: Connection) -> object:
    """Count what waits for chunks and was completed long ago."""
    return _count(connection, "chunks_generated = false and sync_status = 'completed'")


def _count(connection: Connection, condition: str) -> object:
    try:
        with as_service(connection):
            return (answer(connection, f"select count(*) from imported_documents where {condition}") or ())[0]
    except errors.UndefinedColumn:
        return None


def the_services_work(connection: Connection) -> object:
    """Read and write as the services always have: whole rows, every table."""
    with as_service(connection, keep=False):
        connection.execute("select * from connector_configs limit 1")
        connection.execute("select * from imported_documents limit 1")
        connection.execute(
            "insert into connector_configs (org_id, connector_type, credentials) values (%s, 'notion', '{}')", [OWN]
        )
        connection.execute(
            "insert into imported_documents (org_id, connector_id, external_id) values (%s, %s, 'watched')"
            " on conflict (connector_id, external_id) do update set title = 'watched'",
            [OWN, sample_id("connector", 1)],
        )
        connection.execute("insert into jobs (type, payload) values ('x', '{}')")
    return True


def a_member_reads(connection: Connection) -> object:
    """Read as a reader whose code names its columns: as many rows as ever."""
    with as_member(connection, READER):
        connectors = connection.execute(f"select {READABLE} from connector_configs".encode()).rowcount
        documents = connection.execute("select * from imported_documents").rowcount
    return connectors, documents


def an_owner_manages(connection: Connection) -> object:
    """Manage connectors as an owner, who may before and after."""
    with as_member(connection, OWNER, keep=False):
        connection.execute(
            "insert into connector_configs (org_id, connector_type, credentials) values (%s, 'notion', '{}')", [OWN]
        )
        return connection.execute("update connector_configs set name = 'x'").rowcount > 8


def _reads(connection: Connection, column: str) -> bool:
    try:
        with as_member(connection, READER):
            connection.execute(f"select {column} from connector_configs".encode())
    except (errors.InsufficientPrivilege, errors.UndefinedColumn):
        return False
    return True


def a_member_reads_credentials(connection: Connection) -> object:
    """Try to read what a member reads before and must not read after."""
    return _reads(connection, "credentials")


def a_member_reads_webhook_secrets(connection: Connection) -> object:
    """Try to read what a member reads neither before nor after."""
    return _reads(connection, "webhook_secret")


def a_stranger_reads(connection: Connection) -> object:
    """Try every table without signing in: never a row."""
    found = 0
    for table in (
        "connector_configs",
        "imported_documents",
        "connector_sync_logs",
        "connector_webhook_events",
        "webhook_events",
        "file_upload_batches",
        "connector_health",
    ):
        try:
            with as_anonymous(connection):
                found += connection.execute(f"select from {table}".encode()).rowcount
        except (errors.InsufficientPrivilege, errors.UndefinedTable):
            pass
    return found


def a_job_is_put_off(connection: Connection) -> object:
    """Insert a job as the workers do: it fails, or it waits; it never runs at once."""
    try:
        with as_service(connection, keep=False):
            (waits,) = (
                answer(
                    connection,
                    "insert into jobs (type, payload, org_id, run_after)"
                    " values ('x', '{}', %s, now() + interval '1 hour') returning run_at > now()",
                    OWN,
                )
                or ()
            )
    except errors.UndefinedColumn:
        return None
    return waits


@pytest.fixture
def rows_before(database: Database) -> tuple[int, int]:
    """How many documents are pending and processing before anything happens."""
    with database.connect() as connection:
        pending, processing = answer(
            connection,
            "select count(*) filter (where sync_status = 'pending'), count(*) filter (where sync_status = 'processing')"
            " from imported_documents",
        ) or (0, 0)
    return int(str(pending)), int(str(processing))


@pytest.mark.long
def test_nobody_notices(connectors: Stack, database: Database, rows_before: tuple[int, int]) -> None:
    pending, processing = rows_before
    with watching(
        database,
        waiting_documents,
        unchunked_documents,
        the_services_work,
        a_member_reads,
        an_owner_manages,
        a_member_reads_credentials,
        a_member_reads_webhook_secrets,
        a_stranger_reads,
        a_job_is_put_off,
    ) as watches:
        time.sleep(0.3)
        connectors.up()
        time.sleep(0.3)
        connectors.destroy()
        time.sleep(0.3)
    documents, unchunked, services, members, owners, credentials, secrets, strangers, jobs = watches

    assert [watch.trouble for watch in watches] == [[]] * len(watches)
    for state in documents.changes():
        by_sync, by_processing, in_process = cast("tuple[int, int | None, int | None]", state)
        assert by_sync == pending
        assert by_processing is None or by_processing <= pending
        assert in_process is None or in_process <= processing
    assert set(unchunked.seen) <= {None, 0}
    assert set(services.seen) == {True}
    assert len(set(members.seen)) == 1
    assert set(owners.seen) == {True}
    assert credentials.changes() == [True, False, True]
    assert secrets.changes() == [False]
    assert set(strangers.seen) == {0}
    assert jobs.changes() == [None, True, None]
