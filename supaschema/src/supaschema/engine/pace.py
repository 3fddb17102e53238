"""How many rows a batch takes: by the time that it holds its locks, and by who waits for them."""

from __future__ import annotations

from typing import LiteralString

from supaschema.database.connect import Connection

AIM_SECONDS = 0.02
"""How long a batch is to hold its locks: whoever comes meanwhile waits no longer."""

_FEWEST = 100
"""Of a batch of fewer rows most of the time is the transaction's own: smaller ones would only be more."""
_STEP = 2.0
"""At most so many times the rows, or so few of them, at once: one batch that a busy machine delays says little."""
_WAITED_FOR: LiteralString = """
    select exists (select from pg_catalog.pg_locks l
                    where not l.granted and pg_catalog.pg_backend_pid() = any (pg_catalog.pg_blocking_pids(l.pid)))
"""


class Pace:
    """The size of one statement's batches, and the rest after each."""

    def __init__(self, most: int) -> None:
        """Begin with few rows, for nobody knows yet how long one takes.

        Args:
            most: The most rows that a batch may take.

        """
        self._most = most
        self.size = min(_FEWEST, most)
        self.rest = 0.0

    def took(self, seconds: float, *, waited_for: bool) -> None:
        """Fit the next batch to how long the last one held its locks.

        Args:
            seconds: How long it did.
            waited_for: Whether others waited for it: they go first, and the next one is to take half the time. No less,
                or it would come to no end where somebody always writes.

        """
        aim = AIM_SECONDS / 2 if waited_for else AIM_SECONDS
        factor = max(1 / _STEP, min(aim / max(seconds, 1e-6), _STEP))
        self.size = self._within(int(self.size * factor))
        self.rest = seconds if waited_for else 0.0

    def refused(self) -> None:
        """Take half as many rows: a lock that the batch needs is held, and the others it holds are waited for."""
        self.size = self._within(self.size // 2)

    def _within(self, size: int) -> int:
        return min(max(size, _FEWEST), self._most)


def is_waited_for(connection: Connection) -> bool:
    """Return whether another session waits for a lock that this one's transaction holds."""
    # Repeated for every batch, and planning it takes longer than running it.
    row = connection.execute(_WAITED_FOR, prepare=True).fetchone()
    return bool(row and row[0])
