"""What can be told of a database, so that it can be proved that nothing was lost and nothing stayed."""

from __future__ import annotations

import difflib
import enum
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString

from psycopg import sql

from localdb.errors import ServerMissing
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.survey import schema, table_columns
from tests.support.traffic import traffic
from tests.support.watching import watching

OURS = ("cron", "storage")
"""Schemas in whose tables the system itself has rows, which come and go with it."""

PAUSE = 0.03
"""Seconds between two tries of one user: often enough to meet any lock that lasts, and no load."""

_HISTORY: LiteralString = """
    select count(*), coalesce(max(seconds), 0)::float, coalesce(string_agg(distinct actor, ', '), '')
      from supaschema.history where id > %s
"""


class Outcome(enum.IntEnum):
    """A command's exit code."""

    DONE = 0
    FAILED = 1
    DIFFERENT = 2
    MISSING = 3


class RehearsalError(Exception):
    """The rehearsal ends here."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        """Say what did not come out as it should."""
        super().__init__(message)
        self.outcome = outcome


def ended_by(error: Exception) -> Outcome:
    """Tell what ended a command, and return its exit code."""
    sys.stderr.write(f"error: {error}\n")
    if isinstance(error, RehearsalError):
        return error.outcome
    return Outcome.MISSING if isinstance(error, ServerMissing) else Outcome.FAILED


@dataclass(frozen=True, slots=True)
class Standing:
    """What a database holds: its schema as `pg_dump` writes it, and the number of rows of each table."""

    dump: str
    rows: dict[str, int]

    @classmethod
    def of(cls, database: Database) -> Standing:
        """Look at a database; the ledger's own schemas are left aside."""
        with database.connect_superuser() as connection:
            rows = {
                f"{schema}.{table}": int(str(connection.execute(_count(schema, table)).fetchall()[0][0]))
                for schema, table in table_columns(connection)
                if schema not in OURS
            }
        return cls(schema(database), rows)

    def require_rows(self, now: Standing, when: str) -> None:
        """Refuse a database of which a table that was there before has other rows now."""
        changed = {table: (count, now.rows.get(table)) for table, count in self.rows.items()}
        told = [f"{table}: {then}, now {found}" for table, (then, found) in changed.items() if then != found]
        if told:
            raise RehearsalError(Outcome.DIFFERENT, f"{when} the numbers of rows differ: {'; '.join(told)}.")

    def require_dump(self, now: Standing, when: str) -> None:
        """Refuse a database whose schema is another than before."""
        if self.dump != now.dump:
            lines = difflib.unified_diff(
                self.dump.splitlines(), now.dump.splitlines(), "before", "now", lineterm="", n=1
            )
            raise RehearsalError(Outcome.DIFFERENT, f"{when} the dumps differ:\n" + "\n".join(lines))


@dataclass(frozen=True, slots=True)
class Ran:
    """What the ledger says was run."""

    statements: int
    longest: float
    actor: str

    def __str__(self) -> str:
        """Say it."""
        many = "statement" if self.statements == 1 else "statements"
        return f"{self.statements} {many} by {self.actor or 'nobody'}, the longest {self.longest:.2f} s"


def last_entry(database: Database) -> int:
    """Return the number of the ledger's last entry; 0 where there is none, or no ledger."""
    with database.connect() as connection:
        if one(connection, "select to_regclass('supaschema.history') is null"):
            return 0
        return int(str(one(connection, "select coalesce(max(id), 0) from supaschema.history")))


def ran_since(database: Database, entry: int) -> Ran:
    """Return what was run after an entry of the ledger."""
    with database.connect() as connection:
        ((count, longest, actor),) = connection.execute(_HISTORY, [entry]).fetchall()
    return Ran(int(str(count)), float(str(longest)), str(actor))


@contextmanager
def nobody_refused(database: Database, when: str) -> Iterator[dict[str, int]]:
    """Let members, admins, services and workers go on as usual during the block; refuse what they object to.

    Give how often each of them looked, which is known after the block.
    """
    try:
        with watching(database, *traffic(database), pause=PAUSE) as looks:
            yield looks
    except AssertionError as objection:
        outcome = Outcome.DIFFERENT if "objects after" in str(objection) else Outcome.FAILED
        raise RehearsalError(outcome, f"{when}: {objection}") from None


def _count(schema: str, table: str) -> sql.Composed:
    return sql.SQL("select count(*) from {}").format(sql.Identifier(schema, table))
