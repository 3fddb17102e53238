"""One moment of a deployment: the n-th time that it waits for the server, before, while or after it does."""

from __future__ import annotations

import enum
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from psycopg.pq import TransactionStatus

from supaschema.database.attention import Attentive, Waiting


class Side(enum.Enum):
    """Where in the exchange with the server it is."""

    BEFORE = "before"
    MIDWAY = "midway"
    """The statement was sent, its answer was not read."""
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment: the number of the exchange, among all of them or among those of open transactions."""

    number: int
    side: Side = Side.BEFORE
    in_transaction: bool = False


_PLACES = {
    "_record": "record",
    "_claim": "claim",
    "drop_if_unused": "tidy",
    "install": "ledger",
    "_run_alone": "alone",
    "_run_batches": "batches",
    "_run_transaction": "statements",
    "hold": "lock",
    "require": "lock",
    "_beat": "lock",
    "_load_once": "reading",
    "check_removal_of_stack": "reading",
    "_plan": "planning",
}
"""By function of the engine what a deployment is at."""


class Exchanges:
    """Counts a process's exchanges with the server, and stops at one of them."""

    def __init__(self, moment: Moment | None, reached: Callable[[str], None]) -> None:
        """Take the moment, and what to call there with the name of what the deployment is at."""
        self._moment = moment
        self._reached = reached
        self._counting = threading.Lock()
        self._stopped = False
        self.total = 0
        self.in_transaction = 0

    def watch(self) -> None:
        """Count from now on, for as long as the process lives: it is there for one deployment."""
        exchanges, wait = self, Attentive.wait

        def counted(
            connection: Attentive, gen: Waiting[Any], interval: float = 0.1, timeout: float | None = None
        ) -> Any:
            side = exchanges.next(connection)
            if side is Side.BEFORE:
                exchanges.stop()
            found = wait(connection, exchanges.midway(gen) if side is Side.MIDWAY else gen, interval, timeout)
            if side is not None:
                exchanges.stop()
            return found

        Attentive.wait = counted  # type: ignore[assignment, method-assign]

    def next(self, connection: Attentive) -> Side | None:
        """Count one more; return on which side of it to stop, if at all."""
        within = connection.pgconn.transaction_status == TransactionStatus.INTRANS
        with self._counting:
            self.total += 1
            self.in_transaction += within
            moment = self._moment
            if moment is None or (moment.in_transaction and not within):
                return None
            if moment.number > (self.in_transaction if moment.in_transaction else self.total):
                return None
            self._moment = None
            return moment.side

    def stop(self) -> None:
        """Tell what the deployment is at, once, and wait for what becomes of it."""
        if self._stopped:
            return
        self._stopped = True
        frame, place = sys._getframe(), "other"  # noqa: SLF001 - the stack tells what no statement does
        while frame.f_back is not None:
            frame = frame.f_back
            if frame.f_code.co_name in _PLACES:
                place = _PLACES[frame.f_code.co_name]
                break
        self._reached(place)

    def midway(self, gen: Waiting[Any]) -> Waiting[Any]:
        """Wait as before, and stop once the statement was sent."""
        try:
            wanted = next(gen)
            ready = yield wanted
            wanted = gen.send(ready)
            self.stop()
            while True:
                ready = yield wanted
                wanted = gen.send(ready)
        except StopIteration as done:
            return done.value
