"""One writer per database at a time, across processes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

from supaschema.core.errors import ApplyError, ConnectionRefused, LockWaitError, OwnershipError
from supaschema.database.connect import Connection, Database
from supaschema.ledger import integrity

KEY = 7309463
"""The advisory lock that every writer of a database holds until it ends."""

_IS_HELD: LiteralString = """
    select exists (
      select from pg_catalog.pg_locks l
       where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = %s and l.pid = %s
         and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
    )
"""


class DeploymentLock:
    """Holds the advisory lock on a connection of its own, which stays out of any transaction.

    The lock is polled: a blocking wait would be a transaction that CREATE INDEX CONCURRENTLY waits for.
    """

    def __init__(self, database: Database) -> None:
        """Take the database; lock nothing yet."""
        self._database = database
        self._holding = threading.Lock()
        self._refused = False
        self._connection: Connection | None = None

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
            self._require_writable(connection)
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
        row = connection.execute(_IS_HELD, [KEY, guard.info.backend_pid]).fetchone()
        if not (row and row[0]):
            raise ApplyError(
                "the session that kept other deployments out of this database has ended: nothing more is run.",
                remedy="See who ended it (pg_terminate_backend, a restart, a pooler), then run the command again.",
            )

    def release(self) -> None:
        """Release the lock."""
        with self._holding:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _require_writable(self, connection: Connection) -> None:
        row = connection.execute("show default_transaction_read_only").fetchone()
        if row is not None and row[0] == "on":
            connection.close()
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
    def _try(connection: Connection) -> bool:
        row = connection.execute("select pg_catalog.pg_try_advisory_lock(%s)", [KEY]).fetchone()
        return bool(row and row[0])

    @staticmethod
    def _holder(connection: Connection) -> str:
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
