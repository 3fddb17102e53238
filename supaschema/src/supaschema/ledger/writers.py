"""Who writes to a database: the advisory locks by which deployments keep each other out, and their processes do not.

Every session that keeps others out holds `KEY` in shared mode, and beside it a lock of its deployment's own number. One
comes in while no session holds `KEY` that lacks the lock of that number; only one at a time comes in.
"""

from __future__ import annotations

from typing import LiteralString

from supaschema.database.connect import Connection

KEY = 7309463
"""The advisory lock that every writer of a database holds until it ends."""
ENTRY = 7309465
"""The advisory lock of whoever is coming in."""

SILENT_SECONDS = 30
"""A session that keeps others out and is not heard of for this long has lost its client: the server ends it."""

_WRITERS: LiteralString = """
    with locks as (
      select l.pid, l.classid, l.objid, l.objsubid
        from pg_catalog.pg_locks l
       where l.locktype = 'advisory' and l.granted
         and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
    ), writers as (
      select k.pid from locks k where k.classid = 0 and k.objid = %(key)s and k.objsubid = 1
    ), others as (
      select w.pid from writers w
       where w.pid <> pg_catalog.pg_backend_pid()
         and not exists (select from locks o
                          where o.pid = w.pid and o.classid = %(key)s and o.objid = %(deployment)s and o.objsubid = 2)
    )
"""
_OTHERS: LiteralString = f"{_WRITERS} select exists (select from others)"
_IS_WRITER: LiteralString = f"{_WRITERS} select exists (select from writers w where w.pid = %(pid)s)"
_TOLD: LiteralString = f"""{_WRITERS}
    select a.pid, pg_catalog.concat(
             'process ', a.pid, ' (', a.application_name, ', user ', a.usename, ')',
             ' at ' || pg_catalog.host(a.client_addr),
             ', which has kept others out since ' || pg_catalog.date_trunc('second', a.backend_start)::text),
           extract(epoch from pg_catalog.clock_timestamp() - a.state_change)::integer
      from (
        select o.pid, 1 as place from others o
        union all
        select k.pid, 2 from locks k where k.classid = 0 and k.objid = %(entry)s and k.objsubid = 1
      ) as holders
      join pg_catalog.pg_stat_activity a using (pid)
     order by holders.place, a.backend_start limit 1
"""


def enter(connection: Connection, deployment: int) -> bool:
    """Become a writer, unless another deployment is at it. Returns whether this session is one now."""
    if not _says(connection, "select pg_catalog.pg_try_advisory_lock(%s)", ENTRY):
        return False
    try:
        # One who holds it alone is of a version that shared it with nobody.
        if not _says(connection, "select pg_catalog.pg_try_advisory_lock_shared(%s)", KEY):
            return False
        row = connection.execute(_OTHERS, {"key": KEY, "deployment": deployment}).fetchone()
        if row is None or row[0]:
            connection.execute("select pg_catalog.pg_advisory_unlock_shared(%s)", [KEY])
            return False
        connection.execute("select pg_catalog.pg_advisory_lock_shared(%s, %s)", [KEY, deployment])
        return True
    finally:
        connection.execute("select pg_catalog.pg_advisory_unlock(%s)", [ENTRY])


def is_writer(connection: Connection, process: int) -> bool:
    """Return whether a process of the server still keeps others out."""
    row = connection.execute(_IS_WRITER, {"key": KEY, "deployment": 0, "pid": process}).fetchone()
    return bool(row and row[0])


def told(connection: Connection, deployment: int) -> tuple[str, str]:
    """Return who else is writing, or lets nobody come in, since when, and what to do about it."""
    row = connection.execute(_TOLD, {"key": KEY, "entry": ENTRY, "deployment": deployment}).fetchone()
    if row is None:
        return "a process that has ended", "Run the command again."
    process, who, silent = row
    if silent is None or silent <= SILENT_SECONDS:
        return who, "Wait for it to end."
    remedy = f"Wait for it to end; if nobody runs it any more, end it: select pg_terminate_backend({process})."
    return f"{who} and was last heard of {silent} s ago", remedy


def _says(connection: Connection, query: LiteralString, key: int) -> bool:
    row = connection.execute(query, [key]).fetchone()
    return bool(row and row[0])
