"""Short attempts at locks, repeated: nobody waits behind a statement of ours for longer than one of them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event
from typing import TypeVar

import psycopg
from psycopg import errors

from supaschema.core.errors import ApplyError, LockWaitError
from supaschema.core.model import Statement
from supaschema.database.attention import process_of
from supaschema.database.connect import Connection, connect
from supaschema.database.lock_holders import lock_wait_error, make_autovacuum_yield, watched
from supaschema.database.server_errors import said
from supaschema.database.settings import Settings

T = TypeVar("T")

_RETRIED = (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure)
_LOOKING_SECONDS = 0.01
_LOOKING_SELDOM_SECONDS = 1.0
_PATIENT_ATTEMPTS = 3
"""So often autovacuum is made to leave: it begins again."""


class Attempts:
    """Repeats what waits for locks, over one connection."""

    def __init__(self, connection: Connection, settings: Settings, cancelled: Event) -> None:
        """Take the connection, the limits, and what ends waiting."""
        self._connection = connection
        self._settings = settings
        self._cancelled = cancelled

    def run(self, statements: Sequence[Statement], attempt: Callable[[int], T]) -> T:
        """Run short attempts until one has its locks.

        Args:
            statements: What it runs: they name what they lock.
            attempt: Takes how long it may wait for a lock, in milliseconds.

        Raises:
            LockWaitError: It had no lock for all of `lockWait`.
            ApplyError: The deployment was cancelled meanwhile.
            psycopg.Error: It failed for another reason.

        """
        wanted = _relations(statements)
        deadline = self._deadline()
        pause, lock_ms, patient = 0.05, self._settings.lock_timeout_ms, 0
        while True:
            try:
                return attempt(lock_ms)
            except _RETRIED as error:
                if time.monotonic() + pause > deadline:
                    break
                self._rest(pause, error)
            pause, lock_ms = min(pause * 2, 5.0), self._settings.lock_timeout_ms
            if patient < _PATIENT_ATTEMPTS:
                wait_ms = make_autovacuum_yield(self._connection, wanted)
                patient, lock_ms = patient + (wait_ms is not None), max(lock_ms, wait_ms or 0)
        with self._watched(_LOOKING_SECONDS) as blockers:
            try:
                return attempt(self._settings.lock_timeout_ms)
            except _RETRIED as error:
                raise self._worded(error, wanted, blockers) from None

    def run_alone(self, statement: Statement, attempt: Callable[[], T]) -> T:
        """Run what waits for its locks as long as it takes, for nobody queues behind it; raises as `run`."""
        deadline = self._deadline()
        with self._watched(_LOOKING_SELDOM_SECONDS) as blockers:
            while True:
                try:
                    return attempt()
                except errors.DeadlockDetected as error:
                    if time.monotonic() > deadline:
                        raise
                    self._rest(1.0, error)
                except errors.LockNotAvailable as error:
                    raise self._worded(error, _relations((statement,)), blockers) from None

    def rest(self, seconds: float) -> None:
        """Wait between two batches; raises ApplyError where the deployment was cancelled meanwhile."""
        if self._cancelled.wait(seconds):
            raise ApplyError("the deployment was cancelled.", remedy="It was between two batches.") from None

    @contextmanager
    def _watched(self, seconds: float) -> Iterator[set[int]]:
        # By another session: whoever blocks is told, whatever it is that they hold.
        with (
            connect(self._settings) as watcher,
            watched(watcher, process_of(self._connection), seconds) as blockers,
        ):
            yield blockers

    def _deadline(self) -> float:
        return time.monotonic() + self._settings.lock_wait_ms / 1000

    def _worded(self, error: psycopg.Error, wanted: Sequence[str], blockers: set[int]) -> LockWaitError:
        wait_ms = self._settings.lock_wait_ms
        return lock_wait_error(self._connection, error, wait_ms, wanted, frozenset(blockers))

    def _rest(self, pause: float, error: psycopg.Error) -> None:
        # Jitter, so that two writers that met do not meet again.
        if self._cancelled.wait(pause * random.uniform(0.5, 1.5)):  # noqa: S311 - no secret depends on it
            remedy = f"It waited for a lock: {said(error)}."
            raise ApplyError("the deployment was cancelled.", remedy=remedy, passing=True) from None


def _relations(statements: Sequence[Statement]) -> list[str]:
    return sorted({lock.relation for statement in statements for lock in statement.locks})
