"""Watching a database while a change is applied and for a while after it: what is over its limit ends the deployment.

A watch is a query of the project that gives rows of a name, a value and a limit; one is built in. They are asked over a
connection of their own, which writes nothing and waits for nothing long.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import LiteralString

import psycopg

from supaschema.core.errors import SupaschemaError
from supaschema.core.sqltext import compose, raw_sql
from supaschema.database.commands import run_one
from supaschema.database.connect import Connection, connect
from supaschema.database.server_errors import said
from supaschema.database.settings import Settings

LONGEST_WAIT = 20
"""Seconds that others may wait for a lock which the deployment has, or waits for before them."""
_ANSWER_MS = 2000
_WAITS = "seconds that somebody has waited for the deployment's locks"
_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Watch:
    """A query of the project, and what it is called in messages."""

    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A value, and from where on it is too large; None: it is told and ends nothing."""

    name: str
    value: Decimal
    limit: Decimal | None

    @property
    def is_over(self) -> bool:
        """Whether it is too large."""
        return self.limit is not None and self.value > self.limit

    def __str__(self) -> str:
        """Return it in words."""
        limit = "" if self.limit is None else f", limit {_plain(self.limit)}"
        return f"{self.name}: {_plain(self.value)}{limit}"


@dataclass(frozen=True, slots=True)
class Look:
    """What was read, by its name; and why the other watches could not be."""

    readings: Mapping[str, Reading]
    unread: Mapping[str, str]

    @property
    def over(self) -> frozenset[str]:
        """The names of what is too large."""
        return frozenset(name for name, reading in self.readings.items() if reading.is_over)


def of_folder(folder: Path) -> tuple[Watch, ...]:
    """Return the watches of a folder: each of its files with SQL.

    Raises:
        SupaschemaError: There is no such folder, or a file cannot be read.

    """
    if not folder.is_dir():
        raise SupaschemaError("there is no such folder of watches.", where=str(folder))
    try:
        return tuple(Watch(path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.sql")))
    except (OSError, UnicodeError):
        raise SupaschemaError("a watch in it cannot be read.", where=str(folder)) from None


@dataclass(slots=True)
class Watcher:
    """Looks at a database again and again; in use it has a connection, which `close` closes.

    Attributes:
        settings: They name the database.
        watches: What the project watches.
        longest_wait: Seconds that others may wait for the deployment's locks.
        last: What was seen last.

    """

    settings: Settings
    watches: Sequence[Watch]
    longest_wait: int = LONGEST_WAIT
    last: Look = field(default_factory=lambda: Look({}, {}), init=False)
    _connection: Connection | None = field(default=None, init=False)
    _unheeded: frozenset[str] = field(default=frozenset(), init=False)
    _over: frozenset[str] = field(default=frozenset(), init=False)

    def begin(self) -> Look:
        """Look before anything is run: what is over its limit then says nothing of the deployment, and ends nothing."""
        found = self.look()
        self._unheeded = found.over
        return found

    @property
    def is_in_doubt(self) -> bool:
        """Whether something was over its limit when `stops` looked last: the next look tells whether it stays so."""
        return bool(self._over)

    def stops(self) -> tuple[Reading, ...]:
        """Look; return what is over its limit for the second time in a row."""
        found = self.look()
        before, self._over = self._over, found.over - self._unheeded
        return tuple(reading for name, reading in found.readings.items() if name in before & self._over)

    def look(self) -> Look:
        """Return what is to be seen."""
        readings: dict[str, Reading] = {}
        unread: dict[str, str] = {}
        try:
            connection = self._connected()
            (waited,) = connection.execute(_LONGEST).fetchone() or (Decimal(0),)
            readings[_WAITS] = Reading(_WAITS, waited, Decimal(self.longest_wait))
            for watch in self.watches:
                try:
                    found = _asked(connection, watch)
                except psycopg.Error as error:
                    unread[watch.name] = said(error)
                except SupaschemaError as error:
                    unread[watch.name] = str(error)
                else:
                    readings |= {reading.name: reading for reading in found}
        except psycopg.Error as error:
            self.close()
            unread[_WAITS] = said(error)
        except SupaschemaError as refusal:
            self.close()
            unread[_WAITS] = str(refusal)
        self.last = Look(readings, unread)
        return self.last

    def close(self) -> None:
        """Close the connection; another look opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = connect(self.settings)
            self._connection.execute(_MODEST, [f"{_ANSWER_MS}ms", f"{_ANSWER_MS // 2}ms"])
        return self._connection


def _asked(connection: Connection, watch: Watch) -> tuple[Reading, ...]:
    # What a query sets for its session is taken back with the transaction: the next one cannot write either.
    with connection.transaction(force_rollback=True):
        connection.execute("set transaction read only")
        rows = run_one(connection, compose("{}", raw_sql(watch.query))).fetchall()
    try:
        return tuple(Reading(str(name), _number(value), _limit(limit)) for name, value, limit in rows)
    except (ArithmeticError, TypeError, ValueError):
        what = "it does not give rows of a name, a number, and a number or NULL."
        raise SupaschemaError(what, remedy="Let it select name, value and limit.") from None


def _limit(value: Decimal | int | float | None) -> Decimal | None:
    return None if value is None else _number(value)


def _number(value: Decimal | int | float) -> Decimal:
    number = Decimal(value)
    if number.is_nan():
        # It is neither over a limit nor below it.
        raise ValueError(value)
    return number


def _plain(value: Decimal) -> str:
    return f"{value:,.1f}".removesuffix(".0")


_MODEST: LiteralString = """
    select pg_catalog.set_config('default_transaction_read_only', 'on', false),
           pg_catalog.set_config('statement_timeout', %s, false), pg_catalog.set_config('lock_timeout', %s, false)
"""
# The sessions of one deployment have one name, this one's, for all are opened by the same address. `pg_locks` tells
# every role who waits; what others run it does not.
_LONGEST: LiteralString = """
    with ours as (
      select a.pid from pg_catalog.pg_stat_activity a
       where a.datname = pg_catalog.current_database() and a.usename = current_user
         and a.application_name = pg_catalog.current_setting('application_name')
    )
    select coalesce(max(extract(epoch from pg_catalog.clock_timestamp() - l.waitstart)), 0)
      from pg_catalog.pg_locks l
     where not l.granted and l.pid not in (select o.pid from ours o)
       and pg_catalog.pg_blocking_pids(l.pid) && (select coalesce(pg_catalog.array_agg(o.pid), '{}') from ours o)
"""
