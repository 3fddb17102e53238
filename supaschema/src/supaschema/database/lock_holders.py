"""Who holds the locks that we wait for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from supaschema.core.errors import LockWaitError
from supaschema.core.printable import line
from supaschema.database.server_errors import said

_HOLDERS = """
    select distinct a.pid, a.application_name, a.usename, a.state,
           coalesce(extract(epoch from clock_timestamp() - a.xact_start), 0)::float8,
           n.nspname || '.' || c.relname
      from pg_catalog.pg_locks l
      join pg_catalog.pg_class c on c.oid = l.relation
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.pg_stat_activity a on a.pid = l.pid
     where l.granted and l.pid <> pg_catalog.pg_backend_pid()
       and case when %(relations)s::text[] is null then l.mode = 'AccessExclusiveLock'
                else n.nspname || '.' || c.relname = any (%(relations)s) end
     order by a.pid
"""


def lock_wait_error(
    connection: psycopg.Connection[Any], error: psycopg.Error, wait_ms: int, relations: Sequence[str] | None = None
) -> LockWaitError:
    """Word a lock that could not be acquired, with the sessions that hold it now.

    Args:
        connection: Outside of a failed transaction.
        error: What the server said.
        wait_ms: How long the lock was waited for, in milliseconds.
        relations: What was to be locked; None: something that was read, which only ACCESS EXCLUSIVE keeps from us.

    """
    wanted = sorted(relations) if relations is not None else None
    holders = "; ".join(
        f'process {pid} ("{application}", user {user}, {state} for {seconds:.0f} s) on {relation}'
        for pid, application, user, state, seconds, relation in connection.execute(_HOLDERS, {"relations": wanted})
    )
    what = f"could not acquire a lock within {wait_ms / 1000:g} s: {said(error)}."
    held = f"It is held by {line(holders)}. Wait for it to end, or end it, and run it again."
    remedy = held if holders else "Nobody holds it now: run it again."
    return LockWaitError(what, where=", ".join(wanted or ()), remedy=remedy)
