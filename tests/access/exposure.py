"""What sessions may do at each moment of a deployment, and whether it is more than before it and after it."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import LiteralString

from psycopg import errors

from tests.access.attempts import Attempt, Batch, api_connection, attempt, install
from tests.access.decisive import Digests, Seen, rows, rules
from tests.access.everything import Group, everything
from tests.access.people import ADMINS, ANON, READERS, Session
from tests.access.planted_by_and_by import plant, plant_more
from tests.access.trials import Reading, Trial
from tests.access.wanted import WANTED
from tests.fixtures.postgres import Database
from tests.support.boundaries import Boundary
from tests.support.catalog import one
from tests.support.sessions import Connection

SESSIONS = (ANON, READERS[0], ADMINS[-1])
"""Nobody, a reader, and the owner of another organization."""
PLANTED = frozenset({*WANTED, "public.recordings", "public.transcript_chunks"})
"""Objects whose rows say by their number whose they are."""

Key = tuple[str, str, str]
"""The session's name, and the trial's subject and verb."""
Reached = Mapping[Key, int]
"""What a session gets to, as bits; what is missing is nothing."""


class Bit(enum.IntFlag):
    """What is reached apart from rows; the lower bits say which rows, or how many of those that are not told apart."""

    STOPPED = 1 << 40
    """A rule of the table, which comes after privileges and policies, stopped it: any row may have been reached."""
    ERROR = 1 << 41
    """Another error: nothing was reached, but nothing was refused."""
    TOLD = 1 << 42
    """A secret was told."""


_UNTOLD_ROWS = 39
_REFUSED = frozenset({"42501", "3F000", "42P01", "42703", "42704", "42883", "55000", "55P03"})
"""No privilege or policy; no such schema, relation, column, object or function; a view that takes no writes; locked by
who is about to change it."""
_ROWS = (1 << _UNTOLD_ROWS) - 1
_BROKEN_RULE = "23"
_SHOWN = 160


@dataclass
class Exposure:
    """Looks at a database that something happens to.

    Attributes:
        watcher: The superuser's connection.
        api: The connection that the sessions share.
        planting: Whether rows are planted in what comes to be.
        rounds: What was reached at each boundary where it may have changed.
        counts: How many boundaries there were, and of what kind.
        inside: What changed, and where, while a transaction was open, and had been committed neither by a connection
            that is at what commits in parts, nor when the rows could not be read.

    """

    watcher: Connection
    api: Connection
    planting: bool = True
    rounds: list[tuple[Boundary, Reached]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    inside: list[tuple[Boundary, AbstractSet[str]]] = field(default_factory=list)
    _batches: dict[tuple[str, Hashable], Batch] = field(default_factory=dict)
    _granted: set[Key] = field(default_factory=set)
    _seen: Seen | None = None
    _is_late: bool = False
    """Whether rows could not be read when they were to be: what changed shows later."""
    _rows: Digests = field(default_factory=dict)
    _decides: Digests = field(default_factory=dict)

    def during(self, happens: Callable[[], object]) -> list[str]:
        """Let something happen, and give what sessions could do meanwhile and neither before nor after."""
        self.rounds.clear()
        before = self._start()
        happens()
        after = self._start()
        return [line for boundary, reached in self.rounds for line in _wider(boundary, reached, before, after)]

    def look(self, boundary: Boundary) -> None:
        """Let everybody try everything, if anything has changed that other sessions see and that decides."""
        self.counts["inside" if boundary.inside else "outside"] += 1
        self.counts["two at once"] += "COMMIT" in boundary.tags[:-1]
        seen = Seen.now(self.watcher)
        if self._seen is not None and not seen.shows_more_than(self._seen):
            return
        is_late = self._is_late
        if changed := self._changed():
            if boundary.inside and not is_late and not any("concurrently" in text.lower() for text in boundary.beside):
                self.inside.append((boundary, changed))
            self.rounds.append((boundary, self._round(self._granted)))
        self._seen = Seen.now(self.watcher)

    def waits(self, process: int) -> bool:
        """Return whether a process waits for a lock."""
        return one(self.watcher, WAITS, process) is True

    def _start(self) -> Reached:
        reached = self._round(frozenset())
        self._granted |= {key for key, bits in reached.items() if bits == 1 and key[2] in _COSTLY}
        self._seen, self._decides = Seen.now(self.watcher), self._now()
        return reached

    def _round(self, granted: AbstractSet[Key]) -> Reached:
        """Let everybody try everything but what is taken to go through."""
        groups = everything(self.watcher)
        trials = [tried.trial for _, group in groups for tried in group]
        reached: dict[Key, int] = {}
        for session in SESSIONS:
            keys = [(session.name, trial.subject, trial.verb) for trial in trials]
            batch = Batch.joined(self._batch(session, group) for group in groups)
            for place, key in enumerate(keys):
                if key in granted:
                    batch.statements[place] = None
            attempts = attempt(self.api, session, batch)
            reached |= {key: _bits(trial, came) for key, trial, came in zip(keys, trials, attempts, strict=True)}
        assert len(reached) == len(SESSIONS) * len(trials), "two trials have one name"
        self.counts["trials"] += len(reached)
        return reached

    def _batch(self, session: Session, group: Group) -> Batch:
        made_from, tried = group
        key = (session.name, made_from)
        if key not in self._batches:
            self._batches[key] = Batch.of(self.api, session, tried)
        return self._batches[key]

    def _changed(self) -> AbstractSet[str]:
        """Return the catalogs and tables that have changed in what decides, and plant where something is new."""
        before, now = self._decides, self._now()
        changed = {name for name in {*before, *now} if before.get(name) != now.get(name)}
        self._decides = now
        if changed and self.planting:
            with suppress(errors.LockNotAvailable), self.watcher.transaction():
                plant_more(self.watcher)
            self._decides = self._now()
        return changed

    def _now(self) -> Digests:
        # Where the run has a transaction open that keeps everybody from a table, what it writes is not to be seen yet.
        self._is_late = True
        with suppress(errors.LockNotAvailable):
            self._rows = rows(self.watcher)
            self._is_late = False
        return {**self._rows, **rules(self.watcher)}


WAITS: LiteralString = "select exists (select from pg_stat_activity where pid = %s and wait_event_type = 'Lock')"
_COSTLY = frozenset({"truncate", "refer to it by a foreign key", "add a trigger"})
"""Trials that, where they went through once between two runs, are not tried again at a
boundary but taken to go through: where they go through neither before nor after, that shows."""


@contextmanager
def exposing(database: Database) -> Iterator[Exposure]:
    """Plant rows in a database that is otherwise left alone, and get ready to look."""
    with database.connect_superuser() as watcher, api_connection(database.superuser_url) as api:
        plant(watcher)
        install(watcher)
        watcher.execute("set search_path = ''")
        watcher.execute("set lock_timeout = '100ms'")
        yield Exposure(watcher, api)


def _bits(trial: Trial, came: Attempt) -> int:
    told = Bit.TOLD if came.told else 0
    if came.state:
        if came.state in _REFUSED:
            return told
        return told | (Bit.STOPPED if came.state.startswith(_BROKEN_RULE) else Bit.ERROR)
    if trial.reading is Reading.DONE:
        return told | 1
    # Rows that are not told apart: more of them is more.
    return told | (came.rows if trial.subject in PLANTED else (1 << min(came.rows, _UNTOLD_ROWS)) - 1)


def _wider(boundary: Boundary, reached: Reached, before: Reached, after: Reached) -> Iterator[str]:
    ran = [text for text in boundary.statements if not text.lower().startswith(_QUIET)] or list(boundary.statements)
    for key, bits in reached.items():
        usual = before.get(key, 0) | after.get(key, 0)
        # Nothing is more than what may reach any row; to be stopped is less than to reach one.
        every = ~0 if usual & Bit.STOPPED else usual | (Bit.STOPPED if usual & _ROWS else 0)
        if more := bits & ~every:
            session, subject, verb = key
            yield f"{session}: {subject}, {verb}: {_words(more)} after {' '.join(ran[-1].split())[:_SHOWN]}"


def _words(bits: int) -> str:
    named = [str(bit.name).lower() for bit in Bit if bits & bit]
    reached = bits & _ROWS
    return ", ".join([*([f"reached {reached:#b}"] if reached else []), *named])


_QUIET = ("select", "begin", "commit", "set ", "insert into supaschema")
