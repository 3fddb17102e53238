"""How many rows there are of which something cannot be computed, found without writing anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import errors, sql

from supaschema.core.model import Computed
from supaschema.core.sqltext import block, compose, ident, literal
from supaschema.database.commands import run_one
from supaschema.database.connect import Connection

_FOUND = "supaschema.not_computed"
"""The setting, of one transaction, in which a block says what it found."""
_REFUSED = (errors.DataError, errors.IntegrityError)


def not_computed(connection: Connection, computed: Computed, most: int) -> int:
    """Return how many rows there are of which the server refuses to compute something, counted up to a limit.

    Raises:
        psycopg.Error: It is not a row that it is refused for.

    """
    table = ident(*computed.relation)
    try:
        with _reading(connection):
            run_one(connection, compose("select count({}) from {}", computed.expression, table))
    except _REFUSED:
        with _reading(connection):
            run_one(connection, _counting(table, computed.expression, most))
            row = connection.execute("select pg_catalog.current_setting(%s)", [_FOUND]).fetchone()
        return int(row[0]) if row else 0
    except errors.ReadOnlySqlTransaction:
        # It writes: only the deployment can tell.
        return 0
    return 0


@contextmanager
def _reading(connection: Connection) -> Iterator[None]:
    with connection.transaction(force_rollback=True):
        connection.execute("set transaction read only")
        yield


def _counting(table: sql.Composable, expression: sql.Composable, most: int) -> sql.Composed:
    body = compose(
        """#variable_conflict use_column
declare
  supaschema_row record;
  supaschema_count bigint := 0;
begin
  for supaschema_row in select tableoid, ctid from {table} loop
    begin
      perform {expression} from {table} where tableoid = supaschema_row.tableoid and ctid = supaschema_row.ctid;
    exception when data_exception or integrity_constraint_violation then
      supaschema_count := supaschema_count + 1;
      exit when supaschema_count >= {most};
    end;
  end loop;
  perform pg_catalog.set_config({setting}, supaschema_count::text, true);
end""",
        table=table,
        expression=expression,
        most=literal(most),
        setting=literal(_FOUND),
    )
    return block(body)
