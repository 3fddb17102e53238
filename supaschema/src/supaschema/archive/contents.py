"""What the archive holds, and how it is destroyed for good."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import LiteralString

from psycopg import sql

from supaschema.archive.columns import WATCH
from supaschema.archive.sequences import LAST_VALUE
from supaschema.archive.tables import ARCHIVE
from supaschema.core.sqltext import compose, ident, literal
from supaschema.database import fired
from supaschema.database.connect import Connection
from supaschema.database.trust import BY_DEPLOYING, STRANGE_TYPES


@dataclass(frozen=True, slots=True)
class Kept:
    """A table, or the values of a column, archived; `amount` are its rows or values."""

    relation: str
    column: str | None
    kept_at: datetime.datetime
    amount: int
    kept_as: str = ""
    returning: bool = False

    @property
    def name(self) -> str:
        """Schema and name of the table, and the column's name."""
        return self.relation if self.column is None else f"{self.relation}.{self.column}"

    def __str__(self) -> str:
        """Return it for people."""
        what = f"table {self.relation}" if self.column is None else f"column {self.relation}.{self.column}"
        unit = "row" if self.column is None else "value"
        return f"{what}: {self.amount} {unit}{'' if self.amount == 1 else 's'}, kept since {self.kept_at:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class Share:
    """What one organization has in the archive: rows of a kept table, or a row's kept values; None: it is not told.

    `orphaned` are values of rows that are gone: nobody's any more, and nothing brings them back.
    """

    relation: str
    kept_as: str | None
    amount: int | None
    orphaned: int = 0

    def __str__(self) -> str:
        """Return it for people."""
        what = f"table {self.relation}: rows" if self.kept_as else f"columns of {self.relation}: rows with values"
        return f"{what}: {self.amount} of the organization" + (f", {self.orphaned} gone" if self.orphaned else "")


# What is kept is known by the text of a key: to make a key of it would run what its type's owner made.
_STRANGE_KEY: LiteralString = (
    f"with recursive {BY_DEPLOYING}, {STRANGE_TYPES}"
    """
    select exists (
      select from pg_catalog.pg_constraint k
        join pg_catalog.pg_class c on c.oid = k.conrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = any (k.conkey)
        join types t on t.oid = a.atttypid
       where k.contype = 'p' and n.nspname = %s and c.relname = %s)
"""
)


def everything(connection: Connection) -> tuple[Kept, ...]:
    """Return all that is archived."""
    connection.execute("set local row_security = off")
    tables = connection.execute(
        "select relation, kept_as, kept_at from supaschema_archive.tables order by 1"
    ).fetchall()
    found = [
        Kept(
            relation,
            None,
            kept_at,
            _count(connection, compose("select count(*) from {}", ident(ARCHIVE, kept_as))),
            kept_as,
        )
        for relation, kept_as, kept_at in tables
    ]
    columns = connection.execute(
        """
        select c.relation, c.column_name, c.kept_at, c.added is not null,
               (select count(*) from supaschema_archive.column_values v
                 where v.relation = c.relation and v.column_values ? c.column_name)
          from supaschema_archive.columns c order by 1, 2
        """
    )
    found += [
        Kept(relation, column, kept_at, amount, returning=returning)
        for relation, column, kept_at, returning, amount in columns
    ]
    return tuple(found)


def watched(connection: Connection) -> tuple[str, ...]:
    """Return the tables, `schema.name`, of which values are still copied whenever somebody writes them."""
    rows = connection.execute(
        """
        select n.nspname || '.' || c.relname
          from pg_catalog.pg_trigger t
          join pg_catalog.pg_class c on c.oid = t.tgrelid
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where t.tgname = %s and t.tgparentid = 0 order by 1
        """,
        [WATCH],
    )
    return tuple(str(row[0]) for row in rows)


def destroy(connection: Connection, kept: Kept) -> None:
    """Destroy a kept table or a column's kept values."""
    if kept.column is None:
        connection.execute(compose("drop table {}", ident(ARCHIVE, kept.kept_as)))
        connection.execute("delete from supaschema_archive.tables where relation = %s", [kept.relation])
    else:
        connection.execute("select supaschema.forget(%s, %s)", [kept.relation, [kept.column]])


def shares(connection: Connection, organization: uuid.UUID, column: str) -> tuple[Share, ...]:
    """Return what an organization has in the archive, by the column that names it."""
    connection.execute("set local row_security = off")
    tables = connection.execute("select relation, kept_as from supaschema_archive.tables order by 1").fetchall()
    relations = connection.execute(
        # The value of a sequence is of no row.
        "select distinct relation from supaschema_archive.column_values"
        " where key <> '' or column_values - %s <> '{}' order by 1",
        [LAST_VALUE],
    ).fetchall()
    return (
        *(_share_of_table(connection, relation, kept_as, organization, column) for relation, kept_as in tables),
        *(_share_of_values(connection, relation, organization, column) for (relation,) in relations),
    )


def destroy_share(connection: Connection, share: Share, organization: uuid.UUID, column: str) -> None:
    """Destroy what an organization has, and the values of rows that are gone.

    Raises:
        OwnershipError: To delete a kept table's rows would run what others hung on it.

    """
    if share.amount is None:
        return
    if share.kept_as:
        query = compose("delete from {} as row_ where {}", ident(ARCHIVE, share.kept_as), _is_of(organization, column))
        with connection.transaction():
            fired.hold_own_on(connection, (ARCHIVE, share.kept_as))
            connection.execute(query)
        return
    for condition in _conditions(connection, share.relation, organization, column):
        connection.execute(compose("delete from supaschema_archive.column_values as kept where {}", condition))
    # A column of which no value is left is not kept any more.
    connection.execute(
        """
        delete from supaschema_archive.columns c where c.relation = %s and c.added is null
           and not exists (select from supaschema_archive.column_values v
                            where v.relation = c.relation and v.column_values ? c.column_name)
        """,
        [share.relation],
    )


def _share_of_table(connection: Connection, relation: str, kept_as: str, organization: uuid.UUID, column: str) -> Share:
    if not _has_column(connection, (ARCHIVE, kept_as), column):
        return Share(relation, kept_as, None)
    rows = compose("select count(*) from {} as row_ where {}", ident(ARCHIVE, kept_as), _is_of(organization, column))
    return Share(relation, kept_as, _count(connection, rows))


def _share_of_values(connection: Connection, relation: str, organization: uuid.UUID, column: str) -> Share:
    conditions = _conditions(connection, relation, organization, column)
    if not conditions:
        return Share(relation, None, None)
    query = "select count(*) from supaschema_archive.column_values as kept where {}"
    own, orphaned = (_count(connection, compose(query, condition)) for condition in conditions)
    return Share(relation, None, own, orphaned)


def _conditions(
    connection: Connection, relation: str, organization: uuid.UUID, column: str
) -> tuple[sql.Composable, ...]:
    # Two: the values of the organization's rows, and those of rows that are gone. None where that cannot be told.
    table = _parts(relation)
    if not _has_column(connection, table, column) or _has_strange_key(connection, table):
        return ()
    row = connection.execute("select supaschema.key_matches(%s::regclass)", [ident(*table).as_string()]).fetchone()
    if row is None or row[0] is None:
        return ()
    found = compose("select from {} as row_ where {}", ident(*table), sql.SQL(row[0]))
    own = compose("kept.relation = {}", literal(relation))
    return (
        compose("{} and exists ({} and {})", own, found, _is_of(organization, column)),
        compose("{} and not exists ({})", own, found),
    )


def _is_of(organization: uuid.UUID, column: str) -> sql.Composable:
    # A cast to text may be one of whoever made the column's type.
    return compose("pg_catalog.format('%s', {}) = {}", ident("row_", column), literal(str(organization)))


def _has_strange_key(connection: Connection, table: tuple[str, str]) -> bool:
    row = connection.execute(_STRANGE_KEY, table).fetchone()
    return bool(row and row[0])


def _has_column(connection: Connection, table: tuple[str, str], column: str) -> bool:
    row = connection.execute(
        "select exists (select from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid"
        " join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = %s and c.relname = %s and a.attname = %s and a.attnum > 0 and not a.attisdropped)",
        [*table, column],
    ).fetchone()
    return bool(row and row[0])


def _parts(relation: str) -> tuple[str, str]:
    schema, _, name = relation.partition(".")
    return schema, name


def _count(connection: Connection, query: sql.Composed) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
