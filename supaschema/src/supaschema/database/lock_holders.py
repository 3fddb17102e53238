"""Who holds the locks that we wait for."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from psycopg import errors, sql

from supaschema.core.errors import LockWaitError
from supaschema.core.printable import line
from supaschema.database.server_errors import said

# Whoever the server said blocks us; else whoever holds a lock on what we wanted. Autovacuum is a session of the
# database and of nobody.
_HOLDERS: LiteralString = """
    with held as (
      select l.pid, n.nspname || '.' || c.relname as relation,
             pg_catalog.age(c.relfrozenxid) > pg_catalog.current_setting('autovacuum_freeze_max_age')::integer as is_old
        from pg_catalog.pg_locks l
        join pg_catalog.pg_class c on c.oid = l.relation
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where l.granted and l.pid is distinct from pg_catalog.pg_backend_pid()
         and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
         and case when %(relations)s::text[] is null then l.mode = 'AccessExclusiveLock'
                  else n.nspname || '.' || c.relname = any (%(relations)s) end
    )
    select distinct on (a.pid) case
             when a.usesysid is not null or a.datid is null then
               format('process %%s ("%%s", user %%s, %%s for %%s s)', a.pid, a.application_name, a.usename, a.state,
                 coalesce(extract(epoch from pg_catalog.clock_timestamp() - a.xact_start), 0)::integer)
             when held.is_old then
               format('autovacuum (process %%s: it keeps transaction numbers from running out, let it end)', a.pid)
             else format('autovacuum (process %%s)', a.pid)
           end || coalesce(' on ' || held.relation, '')
      from pg_catalog.pg_stat_activity a
      left join held on held.pid = a.pid
     where case when %(pids)s::integer[] is null then held.pid is not null else a.pid = any (%(pids)s) end
       and a.pid <> pg_catalog.pg_backend_pid()
     order by a.pid, held.relation
"""
# 0 is what the server calls whoever holds a lock without a session. What it holds is not always a relation we named.
_PREPARED: LiteralString = """
    select format('prepared transaction %%L of %%s, prepared at %%s (COMMIT PREPARED or ROLLBACK PREPARED ends it)',
             p.gid, p.owner, pg_catalog.date_trunc('second', p.prepared))
      from pg_catalog.pg_prepared_xacts p
     where p.database = pg_catalog.current_database()
       and (0 = any (%(pids)s::integer[]) or exists (
         select from pg_catalog.pg_locks l
           join pg_catalog.pg_class c on c.oid = l.relation
           join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          where l.pid is null and l.virtualtransaction = '-1/' || p.transaction and l.granted
            and n.nspname || '.' || c.relname = any (%(relations)s::text[])))
     order by p.prepared
"""
# One that keeps transaction numbers from running out does not yield. A materialized view cannot be named in LOCK TABLE.
_AUTOVACUUM: LiteralString = """
    select n.nspname, c.relname,
           (select s.setting from pg_catalog.pg_settings s where s.name = 'deadlock_timeout')
      from pg_catalog.pg_locks l
      join pg_catalog.pg_stat_activity a on a.pid = l.pid and a.usesysid is null and a.datid is not null
      join pg_catalog.pg_class c on c.oid = l.relation
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where l.granted and n.nspname || '.' || c.relname = any (%s) and c.relkind in ('r', 'p')
       and pg_catalog.age(c.relfrozenxid) <= pg_catalog.current_setting('autovacuum_freeze_max_age')::integer
     order by 1, 2
"""
_YIELD_MS = 500
"""How long autovacuum may take to end once the server has told it to."""


def lock_wait_error(
    connection: psycopg.Connection[Any],
    error: psycopg.Error,
    wait_ms: int,
    relations: Sequence[str] | None = None,
    blockers: Set[int] = frozenset(),
) -> LockWaitError:
    """Word a lock that could not be acquired, with those who hold it.

    Args:
        connection: Outside of a failed transaction.
        error: What the server said.
        wait_ms: How long the lock was waited for, in milliseconds.
        relations: What was to be locked; None: something that was read, which only ACCESS EXCLUSIVE keeps from us.
        blockers: The sessions that kept us waiting, as `watched` saw them; 0 is a prepared transaction.

    """
    wanted = sorted(relations) if relations is not None else None
    parameters = {"relations": wanted, "pids": sorted(blockers) or None}
    holders = [str(text) for query in (_HOLDERS, _PREPARED) for (text,) in connection.execute(query, parameters)]
    what = f"could not acquire a lock within {wait_ms / 1000:g} s: {said(error)}."
    held = f"It is held by {line('; '.join(holders))}. Wait for it to end, or end it, and run it again."
    remedy = held if holders else "Nobody holds it now: run it again."
    return LockWaitError(what, where=", ".join(wanted or ()), remedy=remedy)


@contextmanager
def watched(watcher: psycopg.Connection[Any], pid: int, seconds: float) -> Iterator[set[int]]:
    """Collect who keeps a session waiting while the block runs: those who did so last.

    Args:
        watcher: Another session, of any role.
        pid: The session that waits.
        seconds: How often to look.

    """
    found: set[int] = set()
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(seconds):
            row = watcher.execute("select pg_catalog.pg_blocking_pids(%s)", [pid]).fetchone()
            if row and row[0]:
                found.clear()
                found.update(row[0])

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def make_autovacuum_yield(connection: psycopg.Connection[Any], relations: Sequence[str]) -> int | None:
    """Make autovacuum leave some tables, without anybody's reads or writes waiting meanwhile where that can be.

    The server ends it for whoever has waited for `deadlock_timeout`, a second by default, but not while it keeps
    transaction numbers from running out (https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM).
    All would queue for that long behind a strong lock that is waited for; SHARE UPDATE EXCLUSIVE lets them by.

    Args:
        connection: In autocommit mode, outside of a transaction.
        relations: What is to be locked, each as `schema.name`.

    Returns:
        How long the next attempt is to wait for its locks, in milliseconds, so that autovacuum leaves: 0 where it has
        left, more where this role may not lock such a table by itself. None: it holds none of the locks, or stays.

    """
    rows = connection.execute(_AUTOVACUUM, [list(relations)]).fetchall()
    if not rows:
        return None
    wait_ms = int(rows[0][2]) + _YIELD_MS
    names = dict.fromkeys((str(schema), str(table)) for schema, table, _ in rows)
    tables = sql.SQL(", ").join(sql.SQL("only {}").format(sql.Identifier(*name)) for name in names)
    try:
        with connection.transaction():
            connection.execute(sql.SQL("set local lock_timeout = {}").format(wait_ms))
            connection.execute(sql.SQL("lock table {} in share update exclusive mode").format(tables))
    except errors.InsufficientPrivilege:
        return wait_ms
    except psycopg.Error:
        # Somebody else holds it too, or it is gone: the next attempt tells.
        return None
    return 0
