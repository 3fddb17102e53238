"""The journal of changes: whether a stack wants it, and that it is as the stack wants it.

It is the database's: it is there as long as one stack wants it, and keeps entries as long as the one that wants them
longest.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import LiteralString

import psycopg

from supaschema.core.sqltext import compose, ident, raw_sql
from supaschema.core.urn import Urn, prefix_of
from supaschema.database.connect import Connection, Database
from supaschema.database.session import hold_briefly
from supaschema.ledger import identity
from supaschema.ledger.store import MAKING

JOURNAL_FILE = Path(__file__).with_name("journal.sql")

DUE = "the journal of changes is made, changed or removed, as the setting journalDays says."
NOT_WRITTEN = (
    "the journal of changes is not written: this role may not make event triggers, which takes a superuser "
    "(on Supabase: postgres)."
)
MORE = "more"
"""The type of object of an entry that stands for what is not kept of a command."""
_EVENTS = {"supaschema_journal_made": "ddl_command_end", "supaschema_journal_dropped": "sql_drop"}
"""By the name of each event trigger the event that fires it."""
_REFUSED = (psycopg.errors.InsufficientPrivilege, psycopg.errors.DuplicateObject)


class Journal:
    """Holds the journal of one database against what a deployment's settings say. Safe to use from several threads."""

    def __init__(self, days: int | None) -> None:
        """Take how long entries are kept; None: the stack wants no journal."""
        self._days = days
        self._lock = threading.Lock()
        self._told: dict[str, str] = {}
        self._followed: set[str] = set()

    def is_due(self, database: Database, urn: str) -> bool:
        """Return whether this resource is to carry out the setting: the first of its stack that asks, where it is due.

        Where nothing is deployed yet, whatever is made first does that. The database is asked once for each stack.
        """
        stack = _stack(urn)
        with self._lock:
            if stack not in self._told:
                with database.connection() as connection:
                    self._told[stack] = urn if self._differs(connection, stack) else ""
            return self._told[stack] == urn

    def _differs(self, connection: Connection, stack: str) -> bool:
        if not identity.exists(connection):
            return False
        row = connection.execute(_READABLE).fetchone()
        if row is None:
            return self._days is not None
        # A role that may not read it carries nothing out either.
        return bool(row[0]) and _wanted(connection, stack) != self._days

    def follow(self, connection: Connection, urn: str) -> tuple[str, ...]:
        """Make the journal, change it or remove it as the setting says, once for each stack; return what is to be told.

        Args:
            connection: Whose role owns the ledger, which is there.
            urn: A resource of the stack.

        """
        stack = _stack(urn)
        with self._lock:
            if stack in self._followed:
                return ()
            self._followed.add(stack)
            if self._days is None:
                leave(connection, stack)
                return ()
            return () if _keep(connection, stack, self._days) else (NOT_WRITTEN,)

    def leave_if_gone(self, connection: Connection, urn: str) -> None:
        """Forget what a stack wanted of which the ledger holds nothing any more."""
        query = "select from supaschema.objects where pg_catalog.starts_with(urn, %s) limit 1"
        if identity.exists(connection) and connection.execute(query, [_stack(urn)]).fetchone() is None:
            leave(connection, _stack(urn))


def leave(connection: Connection, stack: str) -> None:
    """Forget that a stack wants the journal, and remove it where no other one does."""
    if not _exists(connection):
        return
    with connection.transaction():
        _begin(connection)
        connection.execute("delete from supaschema.journal_wanted where stack = %s", [stack])
        if connection.execute("select from supaschema.journal_wanted limit 1").fetchone() is None:
            connection.execute("drop function if exists supaschema.note_change() cascade")
            connection.execute("drop table supaschema.journal, supaschema.journal_wanted")


def relabel(connection: Connection, old: str, new: str) -> None:
    """Let the journal be wanted by another stack; both are given as the URNs of their resources begin."""
    if old == new or not _exists(connection):
        return
    connection.execute(
        "insert into supaschema.journal_wanted (stack, days)"
        " select %(new)s || pg_catalog.substr(w.stack, pg_catalog.length(%(old)s) + 1), w.days"
        "   from supaschema.journal_wanted as w where pg_catalog.starts_with(w.stack, %(old)s)"
        " on conflict do nothing",
        {"old": old, "new": new},
    )
    connection.execute("delete from supaschema.journal_wanted where pg_catalog.starts_with(stack, %s)", [old])


def state(connection: Connection) -> str | None:
    """Return in a sentence how the journal is; None: there is none, or this role may not read it."""
    if not readable(connection):
        return None
    row = connection.execute(
        "select pg_catalog.count(*), pg_catalog.min(at at time zone 'UTC'),"
        "       pg_catalog.count(*) filter (where object_type = %s) from supaschema.journal",
        [MORE],
    ).fetchone()
    assert row is not None
    count, since, more = row
    told = f"{count} entries" + (f" since {since:%Y-%m-%d %H:%M} UTC" if since else "")
    if more:
        told += f" ({more} {'command' if more == 1 else 'commands'} changed more objects than it keeps of one command)"
    if all(_watching(connection).get(event) for event in _EVENTS.values()):
        return f"The journal of changes has {told}."
    return f"The journal of changes has {told}, and is not written: its event triggers are missing or disabled."


def readable(connection: Connection) -> bool:
    """Return whether there is a journal that this role may read."""
    row = connection.execute(_READABLE).fetchone()
    return bool(row and row[0])


def _keep(connection: Connection, stack: str, days: int) -> bool:
    """Make the journal or bring it up to date; return whether this role could have it written."""
    with connection.transaction():
        _begin(connection)
        connection.execute(JOURNAL_FILE.read_bytes())
        connection.execute(
            "insert into supaschema.journal_wanted as w (stack, days) values (%s, %s)"
            " on conflict (stack) do update set days = excluded.days where w.days <> excluded.days",
            [stack, days],
        )
        return _watch(connection)


def _begin(connection: Connection) -> None:
    hold_briefly(connection)
    connection.execute("select pg_catalog.pg_advisory_xact_lock(%s)", [MAKING])


def _watch(connection: Connection) -> bool:
    there = _watching(connection)
    try:
        with connection.transaction():
            for name, event in _EVENTS.items():
                # One that somebody disabled stays so: a sweep tells it.
                if event not in there:
                    about = ident(name), raw_sql(event)
                    connection.execute(
                        compose("create event trigger {} on {} execute function supaschema.note_change()", *about)
                    )
    except _REFUSED:
        return False
    return True


def _watching(connection: Connection) -> dict[str, bool]:
    """Return by event whether the trigger that writes the journal is enabled."""
    return {str(event): bool(enabled) for event, enabled in connection.execute(_TRIGGERS)}


def _wanted(connection: Connection, stack: str) -> int | None:
    row = connection.execute("select days from supaschema.journal_wanted where stack = %s", [stack]).fetchone()
    return int(row[0]) if row else None


def _exists(connection: Connection) -> bool:
    return connection.execute(_READABLE).fetchone() is not None


def _stack(urn: str) -> str:
    return prefix_of("::".join(Urn.parse(urn).stack_and_project))


_READABLE: LiteralString = """
    select pg_catalog.has_schema_privilege(n.oid, 'usage')
           and pg_catalog.bool_and(pg_catalog.has_table_privilege(c.oid, 'select'))
      from pg_catalog.pg_namespace n
      join pg_catalog.pg_class c on c.relnamespace = n.oid
     where n.nspname = 'supaschema' and c.relname in ('journal', 'journal_wanted')
     group by n.oid
"""

_TRIGGERS: LiteralString = """
    select e.evtevent::text, pg_catalog.bool_or(e.evtenabled in ('O', 'A'))
      from pg_catalog.pg_event_trigger e
      join pg_catalog.pg_proc p on p.oid = e.evtfoid
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace
     where n.nspname = 'supaschema' and p.proname = 'note_change'
     group by e.evtevent
"""
