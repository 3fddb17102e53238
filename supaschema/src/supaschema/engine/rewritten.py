"""Which alterations leave a table's rows as they are: tried on empty twins, whose files tell. Names no kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import LiteralString

import psycopg
from psycopg import sql

from supaschema.core.model import Delta, ObjectId
from supaschema.core.sqltext import compose, ident
from supaschema.database import recomputed
from supaschema.database.commands import run_one
from supaschema.database.connect import Connection
from supaschema.engine.diff import Kinds
from supaschema.engine.twins import TWIN


def not_rewritten(
    connection: Connection, deltas: Iterable[Delta], kinds: Kinds, *, in_utc: bool
) -> frozenset[ObjectId]:
    """Return the objects whose alteration may rewrite their table, as far as its words tell, and does not.

    Args:
        connection: In autocommit mode.
        deltas: What changes.
        kinds: The registry of kinds.
        in_utc: Whether the session's time zone is UTC.

    """
    tried = {}
    for delta in deltas:
        if delta.old is not None and delta.new is not None:
            twin = ObjectId(delta.id.kind, (*TWIN, *delta.id.name[2:]))
            statement = kinds[delta.id.kind].rewriting(twin, delta.old, delta.new, in_utc=in_utc)
            if statement is not None:
                tried[delta.id] = statement
    if not recomputed.is_own(connection, {id.name[:2] for id in tried}):
        # To make a twin of its index, or to read that again, may run what it calls: it is refused where that is told.
        return frozenset()
    return frozenset(id for id, statement in tried.items() if _keeps_files(connection, id, statement))


def _keeps_files(connection: Connection, id: ObjectId, statement: sql.Composable) -> bool:
    # With the indexes: one that is built again reads all rows.
    like = compose("create temporary table {} (like {} including indexes)", ident(TWIN[1]), ident(*id.name[:2]))
    with connection.transaction(force_rollback=True):
        try:
            connection.execute("set local lock_timeout = '1s'")
            run_one(connection, sql.Composed([like]))
            before = _files(connection)
            run_one(connection, sql.Composed([statement]))
            return before == _files(connection)
        except psycopg.Error:
            # What it cannot be told of may be rewritten.
            return False


def _files(connection: Connection) -> Sequence[tuple[object, ...]]:
    return connection.execute(_FILES).fetchall()


_FILES: LiteralString = """
    select pg_catalog.pg_relation_filenode(o.oid)
      from pg_catalog.pg_class c
      join pg_catalog.pg_class o on o.oid = c.oid
        or o.oid in (select i.indexrelid from pg_catalog.pg_index i where i.indrelid = c.oid)
     where c.relnamespace = pg_catalog.pg_my_temp_schema() and c.relname = 'supaschema_trial'
     order by 1
"""
