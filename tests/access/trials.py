"""A trial: one statement that a session tries, in a savepoint that is rolled back, and what came of it."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import errors, sql

from supaschema.database.server_errors import said as words_of
from tests.access.people import Session
from tests.support.sessions import Connection, as_user


class Word(enum.StrEnum):
    """What came of a trial, as the page says it."""

    REFUSED = "refused"
    """For want of a privilege, or by a policy: SQLSTATE 42501."""
    NOTHING = "nothing"
    """Allowed, and no row is there."""
    OWN = "own org"
    OTHER = "other org"
    ALL = "all"
    YES = "yes"
    """Done, where no rows tell whose they were."""
    MISSING = "not found"
    """An error that says the thing does not exist: SQLSTATE P0002."""
    ERROR = "error"
    """Any other error."""


class Reading(enum.Enum):
    """How the number of rows is read."""

    DONE = enum.auto()
    """That it went through is all there is to know."""
    ANY = enum.auto()
    """Whether there is a row."""
    ORGANIZATIONS = enum.auto()
    """1, 2 or 3 rows: the first organization's, the second's, both."""
    DELETED = enum.auto()
    """The same, of the softly deleted ones: 4, 8 or 12."""
    OUTSIDE = enum.auto()
    """4: files outside of every folder."""
    UPWARD = enum.auto()
    """8: files whose path leads upward."""


_BITS = {Reading.ORGANIZATIONS: (0, 3), Reading.DELETED: (2, 3), Reading.OUTSIDE: (2, 1), Reading.UPWARD: (3, 1)}


@dataclass(frozen=True, slots=True)
class Trial:
    """A statement that everybody tries.

    Attributes:
        subject: The object: a heading of the page, or the first words of a line.
        verb: What is tried.
        statement: With `%(own)s` and the like for what each session calls its own.
        reading: How the number of rows is read.
        before: A statement that goes before it, as the Storage service sends one before a deletion.

    """

    subject: str
    verb: str
    statement: sql.SQL | sql.Composed
    reading: Reading = Reading.DONE
    before: sql.SQL | sql.Composed | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a trial."""

    word: Word
    said: str
    """All that the server answered: rows, or the error with its detail and hint."""
    told: str = ""
    """Of an error: what may be told of it to others."""


Outcomes = Mapping[tuple[str, str, str], Outcome]
"""By the session's name, and the trial's subject and verb."""


def run(connection: Connection, sessions: Sequence[Session], trials: Sequence[Trial]) -> Outcomes:
    """Let every session try everything; nothing is kept. Take an idle connection of role `postgres`."""
    found: dict[tuple[str, str, str], Outcome] = {}
    for session in sessions:
        with as_user(connection, session.role, session.claims, keep=False):
            connection.execute("savepoint before_trial")
            for trial in trials:
                found[session.name, trial.subject, trial.verb] = attempt(connection, session, trial)
                connection.execute("rollback to savepoint before_trial")
    assert len(found) == len(sessions) * len(trials), "two trials have one name"
    return found


def attempt(connection: Connection, session: Session, trial: Trial) -> Outcome:
    """Let a session try a statement and give what came of it. Who calls puts back what it did."""
    try:
        if trial.before is not None:
            connection.execute(trial.before)
        cursor = connection.execute(trial.statement, session.parameters)
        said = str(cursor.fetchall()) if cursor.description else ""
    except psycopg.Error as error:
        return Outcome(_name(error), f"{error} {error.diag.message_hint} {error.diag.context}", words_of(error))
    return Outcome(_read(trial.reading, cursor.rowcount, session), said)


def _name(error: psycopg.Error) -> Word:
    if isinstance(error, errors.InsufficientPrivilege):
        return Word.REFUSED
    return Word.MISSING if isinstance(error, errors.NoDataFound) else Word.ERROR


def _read(reading: Reading, rows: int, session: Session) -> Word:
    if reading is Reading.DONE:
        return Word.YES
    if reading is Reading.ANY:
        return Word.YES if rows else Word.NOTHING
    shift, mask = _BITS[reading]
    reached = rows >> shift & mask
    if mask == 1:
        return Word.YES if reached else Word.NOTHING
    return (Word.NOTHING, Word.OWN, Word.OTHER, Word.ALL)[
        reached if session.organization == 1 else (0, 2, 1, 3)[reached]
    ]
