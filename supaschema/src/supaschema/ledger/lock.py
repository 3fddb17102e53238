"""One writer per database at a time, across processes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from supaschema.core.errors import ApplyError, ConnectionRefused, LockWaitError
from supaschema.database.attention import Attentive
from supaschema.database.connect import Connection, Database
from supaschema.ledger import integrity, writers
from supaschema.ledger.pulse import Pulse, expect_pulse


class DeploymentLock:
    """Holds the advisory lock on a connection of its own, which stays out of any transaction.

    The lock is polled: a blocking wait would be a transaction that CREATE INDEX CONCURRENTLY waits for.
    """

    def __init__(self, database: Database) -> None:
        """Take the database; lock nothing yet."""
        self._database = database
        self._holding = threading.Lock()
        self._refused = False
        self._connection: Attentive | None = None
        self._pulse: Pulse | None = None

    def hold(self) -> bool:
        """Take the lock, or do nothing if this process has it. Returns whether it was taken now.

        Raises:
            LockWaitError: Another deployment had it for all of `lockWait`.
            ConnectionRefused: The role may not write the ledger.
            OwnershipError: The ledger is not to be trusted.
            ApplyError: This process had it, and has lost it.

        """
        with self._holding:
            if self._connection is not None:
                if self._connection.closed:
                    raise _ended()
                return False
            connection = self._database.dedicated()
            try:
                integrity.require(connection)
                self._require_writable(connection)
                self._require_writer(connection)
                expect_pulse(connection)
                self._wait(connection)
            except BaseException:
                connection.close()
                raise
            self._connection, self._pulse = connection, Pulse(connection)
            return True

    def _wait(self, connection: Connection) -> None:
        deadline = time.monotonic() + self._database.settings.lock_wait_ms / 1000
        while not writers.enter(connection, self._database.deployment):
            if time.monotonic() > deadline:
                holder, remedy = writers.told(connection, self._database.deployment)
                what = "another deployment is writing to this database."
                raise LockWaitError(what, where=holder, remedy=remedy)
            if self._database.cancelled.wait(0.1):
                raise ApplyError("the deployment was cancelled.", where="waiting for another deployment")

    def require(self, connection: Connection) -> None:
        """Refuse to go on where the session that keeps other deployments out has ended; nothing where none was begun.

        Args:
            connection: Any other session: it sees in the server's locks what the ended one could not tell.

        Raises:
            ApplyError: The lock is nobody's, or another deployment's.

        """
        guard = self._connection
        if guard is None:
            return
        if not writers.is_writer(connection, guard.process):
            raise _ended()

    def release(self) -> None:
        """Release the lock."""
        with self._holding:
            if self._pulse is not None:
                self._pulse.end()
            if self._connection is not None:
                self._connection.close()
            self._connection = self._pulse = None

    def _require_writable(self, connection: Connection) -> None:
        row = connection.execute("show default_transaction_read_only").fetchone()
        if row is not None and row[0] == "on":
            raise ConnectionRefused(
                "default_transaction_read_only is on: this database takes no changes.",
                remedy="Supabase sets it while the disk is full: make room first. Where it was set by hand, take it "
                "off: alter database ... reset default_transaction_read_only, or alter role ... reset it.",
            )

    def _require_writer(self, connection: Connection) -> None:
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
            user = self._database.server.user
            if self._refused:
                # The engine had begun several operations at once: the first says what is wrong.
                raise ConnectionRefused(f"skipped: role {user} is not allowed to deploy.")
            self._refused = True
            raise ConnectionRefused(
                f"role {user} does not write the ledger of this database: it may look, not deploy.",
                remedy="Nothing was changed. Deploy as the ledger's owner (on Supabase: postgres).",
            )


def _ended() -> ApplyError:
    return ApplyError(
        "the session that kept other deployments out of this database has ended: nothing more is run.",
        remedy="See who ended it (pg_terminate_backend, a restart, a pooler), then run the command again.",
    )


@contextmanager
def only_writer(database: Database) -> Iterator[None]:
    """Be the one writer of a database for a while.

    Raises:
        LockWaitError: Another deployment had it for all of `lockWait`.
        ConnectionRefused: The role may not write the ledger.

    """
    lock = DeploymentLock(database)
    lock.hold()
    try:
        yield
    finally:
        lock.release()
