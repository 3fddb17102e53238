"""What people and services do while a deployment runs, as looks that object to what they should not meet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

from psycopg import errors

from localdb.sample import sample_id, user
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.sessions import Connection, as_member, as_service
from tests.support.watching import Look

READER, ADMIN = user(1, "reader"), user(1, "admin")
OWN_CONNECTORS = 8

# What a worker takes for work, and the documents of the sample that may be among it.
_QUEUES: tuple[tuple[LiteralString, LiteralString], ...] = (
    ("processing_status = 'pending'", "sync_status = 'pending'"),
    ("not chunks_generated", "sync_status <> 'completed'"),
    ("not embeddings_generated", "sync_status <> 'completed'"),
)
_BASELINE_COLUMNS: LiteralString = """
    id, org_id, connector_type, name, settings, last_sync_at, sync_status, sync_error, is_active, created_by, created_at
"""


def traffic(database: Database) -> tuple[Look, ...]:
    """Return one look for each kind of user of a database that holds the sample."""
    return (Worker(database), member_reads, admin_writes, service_writes, secrets_stay_secret)


class Worker:
    """Polls as the application's workers do, and objects to old documents that were no work."""

    __name__ = "a worker"

    def __init__(self, database: Database) -> None:
        """Note which documents are work."""
        with database.connect() as connection:
            self._work = {
                queue: set(column(connection, f"select id from imported_documents where {work}"))
                for queue, work in _QUEUES
            }
            self._old = set(column(connection, "select id from imported_documents"))
            self._pending = one(connection, _PENDING)

    def __call__(self, connection: Connection) -> Iterator[str]:
        """Poll every queue once."""
        for queue, work in self._work.items():
            try:
                with as_service(connection):
                    waiting = set(column(connection, f"select id from imported_documents where {queue}"))
            except errors.UndefinedColumn:
                continue
            if stray := (waiting & self._old) - work:
                yield f"{len(stray)} documents wait that were no work, by {queue}"
        if (found := one(connection, _PENDING)) != self._pending:
            yield f"{found} documents are pending, not {self._pending}"


_PENDING: LiteralString = "select count(*) from imported_documents where sync_status = 'pending'"


def member_reads(connection: Connection) -> Iterator[str]:
    """Read as a member: always the same rows, by a list of columns that is older than the deployment."""
    with as_member(connection, READER):
        found = len(connection.execute(f"select {_BASELINE_COLUMNS} from connector_configs").fetchall())
    if found != OWN_CONNECTORS:
        yield f"{found} connectors are seen, not {OWN_CONNECTORS}"


def admin_writes(connection: Connection) -> Iterator[str]:
    """Change a connector of one's own as an admin, never blocked for long."""
    with as_member(connection, ADMIN):
        connection.execute("set local lock_timeout = '1s'")
        changed = connection.execute(
            "update connector_configs set name = name where id = %s", [sample_id("connector", 2)]
        )
    if changed.rowcount != 1:
        yield "an admin cannot change a connector"


def service_writes(connection: Connection) -> Iterator[str]:
    """Write as the services do, never blocked for long."""
    with as_service(connection):
        connection.execute("set local lock_timeout = '1s'")
        for statement in (
            "update connector_configs set last_sync_at = now() where id = md5('connector:1')::uuid",
            "update imported_documents set last_synced_at = now() where id = md5('document:2')::uuid",
            "update jobs set attempts = attempts where id = md5('job:3')::uuid",
        ):
            if connection.execute(statement).rowcount != 1:
                yield f"nothing was written: {statement}"


def secrets_stay_secret(connection: Connection) -> Iterator[str]:
    """See that no member may read a secret that the system adds, from the moment its column is there."""
    found = one(
        connection,
        "select coalesce(bool_or(has_column_privilege('authenticated', attrelid, attnum, 'select')), false)"
        " from pg_attribute where attrelid = 'connector_configs'::regclass and attname = 'webhook_secret'",
    )
    if found:
        yield "members may read webhook_secret"
