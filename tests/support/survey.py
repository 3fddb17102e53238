"""What a database holds, so that a test can tell whether something is lost, changed or left behind."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import LiteralString, cast

from psycopg import sql

from tests.fixtures.postgres import Database
from tests.support.catalog import dump
from tests.support.sessions import Connection

LEDGER_SCHEMAS = ("supaschema", "supaschema_archive")

Columns = Mapping[tuple[str, str], tuple[str, ...]]

_COLUMNS: LiteralString = """
    select n.nspname, c.relname, array_agg(a.attname::text order by a.attnum)
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind = 'r' and n.nspname in ('public', 'storage', 'cron')
     group by 1, 2
"""


def schema(database: Database) -> str:
    """Return the schema as the server's own `pg_dump` writes it, the ledger's aside."""
    return dump(database, without=LEDGER_SCHEMAS)


def table_columns(connection: Connection) -> Columns:
    """Return the columns of every table of the application and of the platform's that stacks write to."""
    found = cast("list[tuple[str, str, list[str]]]", connection.execute(_COLUMNS).fetchall())
    return {(schema, table): tuple(names) for schema, table, names in found}


def rows(connection: Connection, columns: Columns) -> dict[str, set[str]]:
    """Return the rows of these tables as text, over these columns alone. Take a superuser's connection."""
    return {f"{schema}.{table}": _rows(connection, schema, table, names) for (schema, table), names in columns.items()}


def _rows(connection: Connection, schema: str, table: str, names: tuple[str, ...]) -> set[str]:
    listed = sql.SQL(", ").join(map(sql.Identifier, names))
    query = sql.SQL("select row({})::text from {}").format(listed, sql.Identifier(schema, table))
    return {str(row[0]) for row in connection.execute(query)}


def lost(
    before: Mapping[str, set[str]], after: Mapping[str, set[str]], aside: Collection[str] = ()
) -> dict[str, set[str]]:
    """Return the rows that are no longer there or no longer the same, by table; tables without any left out."""
    gone = {table: held - after.get(table, set()) for table, held in before.items() if table not in aside}
    return {table: rows for table, rows in gone.items() if rows}
