"""One writer per database at a time, across processes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from supaschema.core.errors import ApplyError, ConnectionRefused, LockWaitError, OwnershipError
from supaschema.database.connect import Database
from supaschema.ledger import integrity

KEY = 7309463
"""The advisory lock that every writer of a database holds until it ends."""


class DeploymentLock:
    """Holds the advisory lock on a connection of its own, which stays out of any transaction.

    The lock is polled: a blocking wait would be a transaction that CREATE INDEX CONCURRENTLY waits for.
    """

    def __init__(self, database: Database) -> None:
        """Take the database; lock nothing yet."""
        self._database = database
        self._holding = threading.Lock()
        self._refused = False
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None

    def hold(self) -> bool:
        """Take the lock, or do nothing if this process has it. Returns whether it was taken now.

        Raises:
            LockWaitError: Another process had it for all of `lockWait`.
            ConnectionRefused: The role may not write the ledger.
            OwnershipError: The ledger is not to be trusted.

        """
        with self._holding:
            if self._connection is not None and not self._connection.closed:
                return False
            connection = self._database.dedicated()
            try:
                integrity.require(connection)
            except OwnershipError:
                connection.close()
                raise
            self._require_writer(connection)
            deadline = time.monotonic() + self._database.settings.lock_wait_ms / 1000
            while not self._try(connection):
                if time.monotonic() > deadline:
                    holder = self._holder(connection)
                    connection.close()
                    raise LockWaitError(
                        "another deployment is writing to this database.",
                        where=holder,
                        remedy="Wait for it to end.",
                    )
                if self._database.cancelled.wait(0.1):
                    connection.close()
                    raise ApplyError("the deployment was cancelled.", where="waiting for another deployment")
            self._connection = connection
            return True

    def release(self) -> None:
        """Release the lock."""
        with self._holding:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _require_writer(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        # Before the lock, and before the first statement: a role that only reads must not hold up who writes.
        row = connection.execute(
            """
            select pg_catalog.has_schema_privilege(n.oid, 'usage')
                   and pg_catalog.has_table_privilege(c.oid, 'insert')
              from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
             where n.nspname = 'supaschema' and c.relname = 'objects'
            """
        ).fetchone()
        if row is not None and not row[0]:
            connection.close()
            user = self._database.server.user
            if self._refused:
                # The engine had begun several operations at once: the first says what is wrong.
                raise ConnectionRefused(f"skipped: role {user} is not allowed to deploy.")
            self._refused = True
            raise ConnectionRefused(
                f"role {user} does not write the ledger of this database: it may look, not deploy.",
                remedy="Nothing was changed. Deploy as the ledger's owner (on Supabase: postgres).",
            )

    @staticmethod
    def _try(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
        row = connection.execute("select pg_catalog.pg_try_advisory_lock(%s)", [KEY]).fetchone()
        return bool(row and row[0])

    @staticmethod
    def _holder(connection: psycopg.Connection[tuple[object, ...]]) -> str:
        row = connection.execute(
            """
            select a.pid || ' (' || a.application_name || ', user ' || a.usename || ')'
              from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a using (pid)
             where l.locktype = 'advisory' and l.granted and l.objid = %s
               and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
            """,
            [KEY],
        ).fetchone()
        return f"process {row[0]}" if row else "a process that has ended"


@contextmanager
def only_writer(database: Database) -> Iterator[None]:
    """Be the one writer of a database for a while.

    Raises:
        LockWaitError: Another process had it for all of `lockWait`.
        ConnectionRefused: The role may not write the ledger.

    """
    lock = DeploymentLock(database)
    lock.hold()
    try:
        yield
    finally:
        lock.release()
