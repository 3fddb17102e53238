"""Rows that forbid a plan: counted before its first statement, and in a preview as far as a few seconds go."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import errors

from supaschema.core.errors import ApplyError, DependencyError, PreconditionError
from supaschema.core.model import Precondition
from supaschema.core.secret_texts import Secrets
from supaschema.core.sqltext import compose, literal
from supaschema.database.commands import run_one
from supaschema.database.connect import Connection
from supaschema.database.server_errors import server_error
from supaschema.engine.computable import not_computed
from supaschema.engine.indexable import not_indexed

MOST = 1000
"""Rows that are counted: whoever has more of them wants no better number."""

_SHOWN = 3
"""Rows of which what they hold is told."""

PREVIEW_SECONDS = 5.0
"""How long a preview counts for one plan."""

_NOT_THERE = (
    errors.UndefinedColumn,
    errors.UndefinedFunction,
    errors.UndefinedObject,
    errors.UndefinedTable,
    errors.InvalidSchemaName,
)
_NO_SUCH_VALUE = "22P02"
"""A constant in the statement, where it stands at a position, is none of its type."""
_AWAITED = "`pulumi up` refuses it if they are still there once the other resources that write the rows are deployed."
_BLOCKED = (errors.QueryCanceled, errors.LockNotAvailable)
_NOT_SEEN = (errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)


def check_preconditions(connection: Connection, preconditions: Sequence[Precondition], secrets: Secrets) -> None:
    """Refuse if rows stand in the way, however long it takes to count them: nobody waits for it.

    Args:
        connection: In autocommit mode.
        preconditions: What must find nothing.
        secrets: What no error holds.

    Raises:
        PreconditionError: Naming how many, what they are, and the queries that find them.
        DependencyError: The same, where all of them stand on what goes.

    """
    found = []
    for item in preconditions:
        try:
            with connection.transaction(force_rollback=True):
                connection.execute("select pg_catalog.set_config('statement_timeout', '0', true)")
                found.append(_counted_and_shown(connection, item, secrets))
        except psycopg.Error as error:
            raise _told(error, item, secrets) from None
    _refuse(found)


def preview_preconditions(
    connection: Connection, preconditions: Sequence[Precondition], secrets: Secrets, *, awaited: bool
) -> tuple[str, ...]:
    """Refuse likewise within a few seconds, and return what could not be told in that time, a sentence each.

    Args:
        connection: In autocommit mode.
        preconditions: What must find nothing.
        secrets: What no error holds.
        awaited: Whether another resource writes rows of the same tables first: what is found is told, not refused.

    """
    found, notes = [], []
    end = time.monotonic() + PREVIEW_SECONDS
    for item in preconditions:
        left_ms = max(int((end - time.monotonic()) * 1000), 1)
        try:
            with _brief(connection, left_ms, makes=item.indexed is not None):
                found.append(_counted_and_shown(connection, item, secrets))
        except _BLOCKED:
            notes.append(f"Not counted within {PREVIEW_SECONDS:.0f} s: {item.reason}. `pulumi up` counts them first.")
        except _NOT_SEEN:
            notes.append(f"Not counted, for this role may not read them all: {item.reason}.")
    if awaited:
        return (*notes, *(f"{_number(count)} {item.reason}: {_AWAITED}" for count, item in found if count))
    _refuse(found)
    return tuple(notes)


@contextmanager
def _brief(connection: Connection, limit_ms: int, *, makes: bool) -> Iterator[None]:
    with connection.transaction(force_rollback=True):
        if not makes:
            connection.execute("set transaction read only")
        connection.execute(
            "select pg_catalog.set_config('statement_timeout', %s, true), pg_catalog.set_config('lock_timeout', %s,"
            " true), pg_catalog.set_config('row_security', 'off', true)",
            [f"{limit_ms}ms", f"{limit_ms}ms"],
        )
        yield


def _refuse(counted: Sequence[tuple[int, Precondition]]) -> None:
    found = [(count, item) for count, item in counted if count]
    if not found:
        return
    what = "; ".join(f"{_number(count)} {item.reason}" for count, item in found)
    listing = "; ".join(item.find.as_string() for _, item in found if item.computed is None)
    failing = "; ".join(item.find.as_string() for _, item in found if item.computed is not None)
    remedy = "Nothing was changed."
    remedy += f" They are found by: {listing}" if listing else ""
    remedy += f" The server refuses the first of them in: {failing}" if failing else ""
    refusal = DependencyError if all(item.stands for _, item in found) else PreconditionError
    raise refusal(f"{what}.", remedy=remedy)


def _number(count: int) -> str:
    return f"at least {MOST:,}" if count > MOST else str(count)


def _counted_and_shown(connection: Connection, item: Precondition, secrets: Secrets) -> tuple[int, Precondition]:
    count = _count(connection, item, secrets)
    if not count or not item.shows_rows:
        return count, item
    rows = run_one(connection, compose("select * from ({}) as found limit {}", item.find, literal(_SHOWN))).fetchall()
    shown = ", ".join(str(value) for row in rows for value in row)
    return count, dataclasses.replace(item, reason=f"{item.reason}: {shown}")


def _count(connection: Connection, item: Precondition, secrets: Secrets) -> int:
    try:
        return _counted(connection, item)
    except (*_BLOCKED, *_NOT_SEEN):
        raise
    except psycopg.Error as error:
        if isinstance(error, _NOT_THERE) or (error.sqlstate == _NO_SUCH_VALUE and error.diag.statement_position):
            # It names what the plan makes, or a value of a type that a column has by then: no row can be wrong yet.
            return 0
        raise _told(error, item, secrets) from None


def _counted(connection: Connection, item: Precondition) -> int:
    if item.computed is not None:
        return not_computed(connection, item.computed, MOST + 1)
    if item.indexed is not None:
        return not_indexed(connection, item.indexed, item.find, MOST + 1)
    query = compose("select count(*) from (select from ({}) as found limit {}) as few", item.find, literal(MOST + 1))
    row = run_one(connection, query).fetchone()
    return int(row[0]) if row else 0


def _told(error: psycopg.Error, item: Precondition, secrets: Secrets) -> ApplyError:
    text = item.find.as_string()
    return server_error(error, secrets.masked(text), is_secret=secrets.holds(text))
