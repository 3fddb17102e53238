"""Running a plan: the only writer. Short lock attempts, repeated; one transaction where that is possible.

In these transactions the ledger writes what is its own. A bucket's files alone are deleted otherwise, by the Storage
API before the plan (`Resource.before_removal`): the platform refuses it to a statement.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from supaschema.core.errors import ApplyError
from supaschema.core.model import Hazard, LockMode, Mode, ObjectId, Plan, Statement
from supaschema.core.secret_texts import Secrets
from supaschema.core.sqltext import conceals
from supaschema.database.commands import run_one, whole
from supaschema.database.connect import Connection, limit_reading
from supaschema.database.fired import hold_own
from supaschema.database.server_errors import server_error
from supaschema.database.session import BETWEEN_STATEMENTS_MS
from supaschema.database.settings import Settings
from supaschema.engine.attempts import Attempts
from supaschema.engine.broken_off import half_applied, take_back
from supaschema.engine.pace import AIM_SECONDS, Pace, is_waited_for
from supaschema.engine.preconditions import check_preconditions

Hook = Callable[[Connection], None]
Forget = Callable[[Connection, Collection[ObjectId]], None]
Relabel = Callable[[Connection, Collection[tuple[ObjectId, str, str]]], None]

BRIEF_TIMEOUT_MS = 60_000
"""Bound for a statement that only touches the catalog or holds a strong lock."""


@dataclass(frozen=True)
class Segment:
    """Statements that run together: in one transaction, or one alone."""

    mode: Mode
    statements: tuple[Statement, ...]


def segments(statements: Sequence[Statement]) -> tuple[Segment, ...]:
    """Split a plan's statements at those that begin a transaction of their own or run outside of one."""
    result: list[tuple[Mode, list[Statement]]] = []
    for statement in statements:
        mode = Mode.TRANSACTION if statement.mode is Mode.OWN_TRANSACTION else statement.mode
        if statement.mode is Mode.TRANSACTION and result and result[-1][0] is Mode.TRANSACTION:
            result[-1][1].append(statement)
        else:
            result.append((mode, [statement]))
    return tuple(Segment(mode, tuple(together)) for mode, together in result)


class Executor:
    """Runs plans over one connection."""

    def __init__(
        self,
        connection: Connection,
        settings: Settings,
        urn: str,
        cancelled: Event,
        *,
        secrets: Secrets | None = None,
        require_alone: Hook = lambda _: None,
        forget: Forget = lambda _, __: None,
        relabel: Relabel = lambda _, __: None,
    ) -> None:
        """Take what plans are run with.

        Args:
            connection: In autocommit mode.
            settings: The limits.
            urn: The resource, for the history.
            cancelled: What ends waiting.
            secrets: What no history and no error holds.
            require_alone: Called before each step; raises once other deployments are no longer kept out.
            forget: Called with what was dropped, in the transaction of the drop, or right after one that has none.
            relabel: Called likewise with labels that were renamed.

        """
        self._secrets = secrets or Secrets()
        self._connection = connection
        self._attempts = Attempts(connection, settings, cancelled)
        self._settings = settings
        self._urn = urn
        self._require_alone = require_alone
        self._forget = forget
        self._relabel = relabel
        self._running: Statement | None = None
        """The statement that the server was given last; None: one of the ledger's."""

    def leaves_out(self, *, of_a_function: bool) -> bool:
        """Return whether a warning that comes now is not to be told in its words.

        Args:
            of_a_function: Whether a function raised it: it may say anything of the rows that the statement reads.

        """
        statement = self._running
        if statement is None:
            return False
        return (of_a_function and statement.reads_rows) or self._is_secret(statement)

    def run(self, plan: Plan, before: Hook, after: Hook) -> None:
        """Run a plan.

        Args:
            plan: What to run; it may be empty.
            before: Called in the first transaction, before its statements.
            after: Called in a transaction of its own at the end: what it reads must keep no lock from anybody.

        Raises:
            PreconditionError: Rows stand in the way; nothing was run.
            LockWaitError: A lock could not be acquired; nothing, or with PartialApplyError's text some steps, was run.
            ApplyError: A statement failed.
            PartialApplyError: A statement failed after steps before it were committed.

        """
        check_preconditions(self._connection, plan.preconditions, self._secrets)
        parts = list(segments(plan.statements))
        if not parts or parts[0].mode is not Mode.TRANSACTION:
            parts.insert(0, Segment(Mode.TRANSACTION, ()))
        parts.append(Segment(Mode.TRANSACTION, ()))
        for position, part in enumerate(parts):
            hooks = (before if position == 0 else None, after if position == len(parts) - 1 else None)
            try:
                self._run(part, hooks)
            except ApplyError as error:
                done = [statement for earlier in parts[:position] for statement in earlier.statements]
                if done:
                    left = take_back(done, self._run_in_short)
                    raise half_applied(error, len(done), len(plan.statements), left) from None
                raise

    def _run(self, part: Segment, hooks: tuple[Hook | None, Hook | None]) -> None:
        if part.mode is Mode.BATCHES:
            self._run_batches(part.statements[0])
        elif part.mode is Mode.ALONE:
            self._run_alone(part.statements[0])
        else:
            self._retry(part.statements, lambda lock_ms: self._run_transaction(part.statements, hooks, lock_ms))

    def _run_transaction(
        self, statements: Sequence[Statement], hooks: tuple[Hook | None, Hook | None], lock_ms: int
    ) -> None:
        connection = self._connection
        before, after = hooks
        with connection.transaction():
            self._limits(lock_ms, _timeout(statements), local=True, changes=bool(statements))
            self._require_alone(connection)
            if before is not None:
                before(connection)
            timings = [(statement.text, self._execute(statement)) for statement in statements]
            self._running = None
            self._done(statements, timings)
            if after is not None:
                after(connection)

    def _run_in_short(self, statements: Sequence[Statement]) -> None:
        self._retry(statements, lambda lock_ms: self._run_transaction(statements, (None, None), lock_ms))

    def _run_alone(self, statement: Statement) -> None:
        # Outside of a transaction it queues behind nobody's reads and writes, so it may wait for its lock.
        def attempt() -> float:
            self._running = None
            self._require_alone(self._connection)
            self._limits(self._settings.lock_wait_ms, 0, local=False)
            try:
                return self._execute(statement)
            finally:
                if not self._connection.closed:
                    limit_reading(self._connection, self._settings)

        try:
            seconds = self._attempts.run_alone(statement, attempt)
        except psycopg.Error as error:
            raise self._refused(error) from None
        with self._connection.transaction():
            self._done((statement,), [(statement.text, seconds)])

    def _run_batches(self, statement: Statement) -> None:
        key: str | None = None
        pace = Pace(statement.most)
        started = time.monotonic()
        while True:
            row = self._retry((statement,), partial(self._batch, statement, pace, key))
            if row is None or row[0] is None:
                break
            key = row[0]
            self._attempts.rest(pace.rest)
        self._history([(statement.text, time.monotonic() - started)])

    def _batch(self, statement: Statement, pace: Pace, after: str | None, lock_ms: int) -> tuple[Any, ...] | None:
        # Where it keeps writers out it is bound to end; else it may look for its rows as long as it takes. While it
        # waits for one row, others may wait for the rows that it has.
        strong = any(lock.mode.strength > LockMode.ROW_EXCLUSIVE.strength for lock in statement.locks)
        connection = self._connection
        try:
            with connection.transaction():
                wait_ms, limit_ms = (
                    (lock_ms, BRIEF_TIMEOUT_MS) if strong else (min(lock_ms, int(AIM_SECONDS * 1000)), 0)
                )
                self._limits(wait_ms, limit_ms, local=True)
                self._require_alone(connection)
                self._running = statement
                hold_own(connection, statement)
                held = time.monotonic()
                row: tuple[Any, ...] | None = connection.execute(
                    whole(statement.runnable), {"after": after, "size": pace.size}
                ).fetchone()
                waited_for = is_waited_for(connection)
        except psycopg.Error:
            pace.refused()
            raise
        pace.took(time.monotonic() - held, waited_for=waited_for)
        return row

    def _execute(self, statement: Statement) -> float:
        self._running = statement
        hold_own(self._connection, statement)
        started = time.monotonic()
        with self._unchecked() if not statement.checks_bodies else nullcontext():
            run_one(self._connection, statement.runnable)
        return time.monotonic() - started

    @contextmanager
    def _unchecked(self) -> Iterator[None]:
        # What a routine that is made as it was names without a schema is found by its caller's path, not by ours.
        self._connection.execute("set local check_function_bodies = off")
        yield
        self._connection.execute("set local check_function_bodies to default")

    def _limits(self, lock_ms: int, statement_ms: int, *, local: bool, changes: bool = True) -> None:
        limits = {"lock_timeout": lock_ms, "statement_timeout": statement_ms}
        if local and changes:
            limits["idle_in_transaction_session_timeout"] = BETWEEN_STATEMENTS_MS
        self._connection.execute(
            "select pg_catalog.set_config(w.name, w.value, %s) from unnest(%s::text[], %s::text[]) as w(name, value)",
            [local, list(limits), [f"{value}ms" for value in limits.values()]],
        )

    def _done(self, statements: Sequence[Statement], timings: Sequence[tuple[str, float]]) -> None:
        self._history(timings)
        gone = [id for statement in statements for id in statement.drops]
        if gone:
            self._forget(self._connection, gone)
        renamed = [it for statement in statements for it in statement.relabels]
        if renamed:
            self._relabel(self._connection, renamed)

    def _history(self, timings: Sequence[tuple[str, float]]) -> None:
        if not timings:
            return
        rows = [{"statement": self._secrets.masked(text), "seconds": seconds} for text, seconds in timings]
        self._connection.execute(
            "insert into supaschema.history (urn, statement, seconds)"
            " select %s, r.statement, r.seconds"
            "   from jsonb_to_recordset(%s) r(statement text, seconds double precision)",
            [self._urn, Jsonb(rows)],
        )

    def _retry(self, statements: Sequence[Statement], attempt: Callable[[int], Any]) -> Any:
        def begin(lock_ms: int) -> Any:
            self._running = None
            return attempt(lock_ms)

        try:
            return self._attempts.run(statements, begin)
        except psycopg.Error as error:
            raise self._refused(error) from None

    def _is_secret(self, statement: Statement) -> bool:
        return self._secrets.holds(statement.text) or conceals(statement.query)

    def _refused(self, error: psycopg.Error) -> ApplyError:
        statement = self._running
        if statement is None:
            return server_error(error, reads_rows=False)
        find = statement.find.as_string() if statement.find else ""
        is_secret = self._is_secret(statement)
        text = self._secrets.masked(statement.text)
        leaves = " ".join(note.sentence for note in statement.hazards if note.hazard is Hazard.NON_TRANSACTIONAL)
        reads = statement.reads_rows
        return server_error(error, text, reads_rows=reads, find=find, is_secret=is_secret, leaves=leaves)


def _timeout(statements: Sequence[Statement]) -> int:
    scans = any(lock.scans or lock.rewrites for statement in statements for lock in statement.locks)
    return 0 if scans else BRIEF_TIMEOUT_MS
