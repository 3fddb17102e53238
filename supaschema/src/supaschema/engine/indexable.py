"""How many rows an index cannot hold, tried with the longest of them on a temporary table that is taken back.

How long an entry is, the server alone tells: it compresses what is in it, or takes parts of a value.
"""

from __future__ import annotations

from typing import LiteralString

import psycopg
from psycopg import errors, sql

from supaschema.core.model import Indexed
from supaschema.core.sqltext import block, compose, ident, literal
from supaschema.database.commands import run_one
from supaschema.database.connect import Connection
from supaschema.engine.twins import TWIN

_FOUND = "supaschema.not_indexed"
"""The setting, of one transaction, in which a block says what it found."""
_SECONDS = 3
"""How long rows are tried once they are found."""
_TELLS_NOTHING_ELSE = (errors.QueryCanceled, errors.LockNotAvailable, errors.InsufficientPrivilege)


def not_indexed(connection: Connection, indexed: Indexed, longest: sql.Composable, most: int) -> int:
    """Return how many rows there are that an index of their table cannot hold, counted up to a limit.

    Args:
        connection: In a transaction that is rolled back.
        indexed: What the index is.
        longest: The query for the rows that may be too long, the longest first.
        most: The limit.

    Raises:
        psycopg.Error: Nobody could look at the rows.

    """
    row = connection.execute(_HAS_LONG, [ident(*indexed.relation).as_string()]).fetchone()
    if row is None or not row[0]:
        return 0
    try:
        with connection.transaction(force_rollback=True):
            for statement in _twin(indexed):
                run_one(connection, statement)
            run_one(connection, _counting(longest, most))
            found = connection.execute("select pg_catalog.current_setting(%s)", [_FOUND]).fetchone()
    except _TELLS_NOTHING_ELSE:
        raise
    except psycopg.Error:
        # It is refused for something else, which is told where that is looked at.
        return 0
    return int(found[0]) if found else 0


def _twin(indexed: Indexed) -> tuple[sql.Composed, ...]:
    twin = ident(TWIN[1])
    like = compose("(like {} including storage including compression)", ident(*indexed.relation))
    return (
        compose("create temporary table {} {}", twin, like),
        compose("create index {} on {}{}", ident(f"{TWIN[1]}_index"), ident(*TWIN), indexed.tail),
    )


def _counting(longest: sql.Composable, most: int) -> sql.Composed:
    # The longest rows tell soon, and may be very long. An index of ranges of rows looks at them only where it is made.
    body = compose(
        """declare
  supaschema_row {twin};
  supaschema_count bigint := 0;
  supaschema_end timestamptz;
begin
  for supaschema_row in {longest} limit {most} loop
    supaschema_end := coalesce(supaschema_end, pg_catalog.clock_timestamp() + interval {seconds});
    exit when pg_catalog.clock_timestamp() > supaschema_end;
    begin
      insert into {twin} values (supaschema_row.*);
    exception when program_limit_exceeded then
      supaschema_count := supaschema_count + 1;
    end;
  end loop;
  begin
    reindex index {index};
  exception when program_limit_exceeded then
    supaschema_count := greatest(supaschema_count, 1);
  end;
  perform pg_catalog.set_config({setting}, supaschema_count::text, true);
end""",
        longest=longest,
        most=literal(most),
        seconds=literal(f"{_SECONDS} s"),
        twin=ident(*TWIN),
        index=ident(TWIN[0], f"{TWIN[1]}_index"),
        setting=literal(_FOUND),
    )
    return block(body)


# A row is no longer than a quarter of a page where nothing of its table was put beside it, unless it is told to be.
_HAS_LONG: LiteralString = """
    with recursive below(oid) as (
      select pg_catalog.to_regclass(%s)::pg_catalog.oid
      union
      select i.inhrelid from below b join pg_catalog.pg_inherits i on i.inhparent = b.oid
    )
    select exists (
      select from below b
        join pg_catalog.pg_class c on c.oid = b.oid
       where (c.reltoastrelid <> 0 and pg_catalog.pg_relation_size(c.reltoastrelid) > 0)
          or exists (select from unnest(c.reloptions) o where pg_catalog.starts_with(o, 'toast_tuple_target='))
          or exists (
             select from pg_catalog.pg_attribute a
               join pg_catalog.pg_type t on t.oid = a.atttypid
              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                and a.attlen = -1 and a.attstorage in ('p', 'm') and a.attstorage <> t.typstorage))
"""
