"""A scratch database made from a snapshot, with made-up rows, and a copy of it beside it from before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import LiteralString
from urllib.parse import urlsplit, urlunsplit

import psycopg

from supaschema.core.errors import SupaschemaError
from supaschema.core.sqltext import Name, compose, ident
from supaschema.database.connect import Connection, Database, connect
from supaschema.database.server_errors import said
from supaschema.database.settings import Settings
from supaschema.portable.model import SnapshotFile
from supaschema.portable.rebuild import Rebuilt, rebuilt, settings_for
from supaschema.registry import KINDS
from supaschema.review.access.tries.planting import columns, plant
from supaschema.review.access.tries.scratch import mark, wording
from supaschema.review.many_rows import Many, multiply
from supaschema.review.trial import Scratch

_BEFORE = "_before"
_BYTES_A_ROW = 100
_OF_ROWS = ("table", "materialized_view")
_COMMENT: LiteralString = (
    "select pg_catalog.shobj_description(d.oid, 'pg_database') from pg_catalog.pg_database d where d.datname = %s"
)


@dataclass(frozen=True, slots=True)
class Unfilled:
    """What holds something in the real database, as far as its statistics say, and nothing here.

    Attributes:
        tables: Their names, `schema.table`.
        columns: Of the tables in which rows were made up, the columns that have no value: `schema.table`, and the name.
        wanted: All that hold something in the real database.
        many: What was made up beyond two rows each.

    """

    tables: frozenset[str] = frozenset()
    columns: frozenset[tuple[str, str]] = frozenset()
    wanted: frozenset[str] = frozenset()
    many: Many = field(default_factory=Many)


@contextmanager
def scratch_of(
    snapshot: SnapshotFile, settings: Settings, most: int | None = None
) -> Iterator[tuple[Scratch, Rebuilt, Unfilled]]:
    """Rebuild a snapshot in an empty database, and remove its copy afterwards; the database stays.

    Args:
        snapshot: The snapshot.
        settings: They name the database.
        most: How many rows are made up for each table that has so many. None: two.

    Raises:
        PreconditionError: The database is not empty.

    """
    database = Database(settings)
    try:
        found = rebuilt(database, snapshot, KINDS)
        name = database.server.database
        with database.connection() as connection, suppress(psycopg.Error):
            # Who may not say so of the database tries nothing by hand: `tries.scratch.require` refuses.
            mark(connection)
    finally:
        database.close()
    copy, why = _copied(settings, name)
    failures = frozenset(item.name for item in found.failures)
    try:
        with connect(settings) as connection:
            unfilled = _fill(connection, _holding(snapshot, most))
        yield Scratch(settings, copy, why, failures, unfilled.many.rows), found, unfilled
    finally:
        if copy is not None:
            _drop(settings, f"{name}{_BEFORE}")


def _holding(snapshot: SnapshotFile, most: int | None) -> dict[str, int]:
    """Return what holds rows where the snapshot is from, as far as its statistics say, and how many are made up."""
    # A view has none of its own.
    relations = {".".join(fact.id.name[:2]) for fact in snapshot.facts if fact.id.kind in _OF_ROWS}
    return {
        # Of what was never counted it is not known how many there are: no more than its bytes hold.
        name: min(most or 0, size.bytes // _BYTES_A_ROW if size.rows < 0 else size.rows)
        for name, size in snapshot.tables.items()
        if size.rows != 0 and name in relations
    }


def _fill(connection: Connection, wanted: Mapping[str, int]) -> Unfilled:
    """Make up rows where there are some: what a plan asks of rows, it is not to find nothing then."""
    known = {name: each for name, each in columns(connection).items() if ".".join(name) in wanted}
    with connection.transaction():
        found = plant(connection, known).planted
    planted = {".".join(name): each for name, each in found.items()}
    counts: dict[Name, int] = {name: wanted[".".join(name)] for name in found if wanted.get(".".join(name))}
    many = multiply(connection, found, known, counts) if counts else Many()
    empty = {
        (".".join(name), column.name)
        for name, each in known.items()
        for column in each
        if (there := planted.get(".".join(name))) is not None
        and not column.settled
        and any(column.name not in values for values in there.values.values())
    }
    return Unfilled(frozenset(wanted.keys() - planted.keys()), frozenset(empty), frozenset(wanted), many)


def _copied(settings: Settings, name: str) -> tuple[Settings | None, str]:
    """Return a copy of a database on its server; or None, and why there is none."""
    copy = f"{name}{_BEFORE}"
    try:
        with connect(_of(settings, "postgres")) as connection:
            comment = connection.execute(_COMMENT, [copy]).fetchone()
            if comment is not None and comment[0] != wording(copy):
                return None, f"database {copy} is there and is not marked as scratch"
            connection.execute(compose("drop database if exists {}", ident(copy)))
            connection.execute(compose("create database {} template {}", ident(copy), ident(name)))
        with connect(_of(settings, copy)) as connection:
            mark(connection)
    except psycopg.Error as error:
        return None, f"the database cannot be copied: {said(error, reads_rows=False)}"
    except SupaschemaError as error:
        return None, f"the database cannot be copied: {error}"
    return _of(settings, copy), ""


def _drop(settings: Settings, copy: str) -> None:
    with suppress(psycopg.Error, SupaschemaError), connect(_of(settings, "postgres")) as connection:
        # What was interrupted may still be connected to it.
        connection.execute(compose("drop database if exists {} with (force)", ident(copy)))


def _of(settings: Settings, name: str) -> Settings:
    return settings_for(urlunsplit(urlsplit(settings.database_url)._replace(path=f"/{name}")))
