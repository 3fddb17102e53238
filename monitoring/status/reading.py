"""Read the state of a database: the queries of `sql/status/`, in one transaction that cannot write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import errors
from psycopg.rows import dict_row

from monitoring.status.model import Section, Value
from supaschema.core.errors import OwnershipError
from supaschema.database.connect import connect
from supaschema.database.settings import Settings
from supaschema.database.trust import BY_DEPLOYING

QUERIES = Path(__file__).resolve().parents[2] / "sql" / "status"
_SECONDS = 30
"""How long a query may take."""
_NOT_TOLD = (
    errors.InsufficientPrivilege,
    errors.UndefinedFunction,
    errors.InvalidSchemaName,
    errors.QueryCanceled,
    errors.LockNotAvailable,
)


@contextmanager
def reading(url: str) -> Iterator[psycopg.Connection[Any]]:
    """Connect, and hold one transaction open that reads one state of the database and cannot write.

    Raise:
        ConnectionRefused: The database cannot be reached.

    """
    settings = Settings(database_url=url)
    with (
        connect(settings, application_name="connectors status", prepare_threshold=None) as connection,
        connection.transaction(force_rollback=True),
    ):
        connection.execute("set transaction isolation level repeatable read, read only")
        connection.execute("set local lock_timeout = '2s'")
        connection.execute("select set_config('statement_timeout', %s, true)", [f"{_SECONDS}s"])
        yield connection


def require_own(connection: psycopg.Connection[Any]) -> None:
    """Refuse to ask functions of others: whoever made their schema first may have put anything into them.

    Raises:
        OwnershipError: Naming what belongs to whom.

    """
    row = connection.execute(_STRANGE).fetchone()
    if row is not None:
        raise OwnershipError(
            f"{row[0]} belongs to {row[1]}: to ask it could run what they wrote, with your rights.",
            remedy="Nothing was asked. Have it handed over to the role that deploys, or dropped.",
        )


_STRANGE: LiteralString = (
    "with recursive"
    + BY_DEPLOYING
    + """
    select pg_catalog.pg_describe_object('pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid, 0),
           n.nspowner::pg_catalog.regrole::text
      from pg_catalog.pg_namespace n
     where n.nspname in ('private', 'supaschema') and n.nspowner not in (select t.oid from trusted_owners t)
    union all
    select pg_catalog.pg_describe_object('pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, 0),
           p.proowner::pg_catalog.regrole::text
      from pg_catalog.pg_proc p
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace
     where (n.nspname = 'supaschema' or n.nspname = 'private' and pg_catalog.starts_with(p.proname, 'monitored_'))
       and p.proowner not in (select t.oid from trusted_code t)
     limit 1
"""
)


def role(connection: psycopg.Connection[Any]) -> str:
    """Return who asks."""
    row = connection.execute("select current_user::text").fetchone()
    return str(row[0]) if row else ""


def sections(connection: psycopg.Connection[Any]) -> tuple[Section, ...]:
    """Return what every query tells, in the order of their files.

    What the role may not call, what is not deployed, or what takes too long, is said to be untold; the rest is told all
    the same.
    """
    return tuple(_section(connection, path) for path in sorted(QUERIES.glob("*.sql")))


def _section(connection: psycopg.Connection[Any], path: Path) -> Section:
    query = path.read_text(encoding="utf-8")
    title, explanation = re.findall(r"^-- (.+)$", query, re.MULTILINE)[:2]
    name = path.stem.split("_", 1)[1]
    try:
        with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
            rows = cursor.execute(query.encode()).fetchall()
    except _NOT_TOLD as error:
        return Section(name, title, explanation, untold=_untold(connection, error))
    return Section(name, title, explanation, tuple(_values(row) for row in rows))


def _untold(connection: psycopg.Connection[Any], error: psycopg.Error) -> str:
    if isinstance(error, errors.InsufficientPrivilege):
        return f"not told to {role(connection)}: ask as connector_monitor or as the owner."
    if isinstance(error, errors.QueryCanceled):
        return f"not told within {_SECONDS} s."
    if isinstance(error, errors.LockNotAvailable):
        return "not told: somebody holds a lock on what it reads."
    return "not deployed: run make up."


def _values(row: Mapping[str, Any]) -> Mapping[str, Value]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Value:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)
