"""What a drop archives, in the schema `supaschema_archive`, and how it comes back.

A dropped table that holds rows moves there whole, without the foreign keys, policies and triggers that could empty or
open it, and without what calls anything. Values of dropped columns: see `archive.columns`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import LiteralString

from psycopg import sql

from supaschema.archive.parts import Part, rename_away, rename_back, take_off
from supaschema.core.model import Lock, LockMode, Phase, Statement
from supaschema.core.sqltext import MAX_IDENTIFIER_BYTES, Name, compose, ident, literal, roles
from supaschema.database.connect import Connection
from supaschema.supabase.roles import API_ROLES

ARCHIVE = "supaschema_archive"


def drop_table(name: Name) -> tuple[sql.Composed, ...]:
    """Drop a table that was seen to be empty, and refuse if a row came meanwhile."""
    table = ident(*name)
    refuse = compose(
        "do $guard$ begin if exists (select from {}) then raise exception using errcode = 'object_in_use', "
        "message = 'rows arrived while the table was being dropped; nothing was changed, run it again'; "
        "end if; end $guard$",
        table,
    )
    return (
        compose("lock table {} in access exclusive mode", table),
        refuse,
        compose("drop table {}", table),
    )


def keep_table(name: Name, detach: Iterable[sql.Composed], parts: Collection[Part]) -> tuple[sql.Composed, ...]:
    """Return the statements that move a table with rows into the archive, closed to everybody.

    Args:
        name: Schema and name.
        detach: The statements that free it of what could empty it or open it: policies, triggers, foreign keys.
        parts: What hangs on it.

    """
    table = ident(*name)
    kept = archived_table(name)
    return (
        *detach,
        *take_off(name, parts),
        *rename_away(name, parts),
        compose("revoke all on table {} from {}", table, roles(API_ROLES)),
        compose("alter table {} rename to {}", table, ident(kept[1])),
        compose("alter table {} set schema {}", ident(name[0], kept[1]), ident(ARCHIVE)),
        compose(
            "insert into {}.tables (relation, kept_as) values ({}, {})",
            ident(ARCHIVE),
            literal(".".join(name)),
            literal(kept[1]),
        ),
    )


def holds_rows(connection: Connection, name: Name) -> bool:
    """Return whether a table holds a row, as far as this role can tell: else whether it takes any space."""
    row = connection.execute(_SEEN, name).fetchone()
    if row is not None and not row[0]:
        return bool(row[1])
    row = connection.execute(compose("select exists (select from {})", ident(*name))).fetchone()
    return bool(row and row[0])


_SEEN: LiteralString = """
    select pg_catalog.has_table_privilege(c.oid, 'select') and not pg_catalog.row_security_active(c.oid),
           pg_catalog.pg_relation_size(c.oid) > 0
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = %s and c.relname = %s
"""


def archived_table(name: Name) -> Name:
    """Return the name that a table has in the archive: its own, or a hash where the server would cut that."""
    whole = ".".join(name)
    long = len(whole.encode()) > MAX_IDENTIFIER_BYTES
    return (ARCHIVE, hashlib.sha256(whole.encode()).hexdigest()[:32] if long else whole)


def restore_table(name: Name, parts: Collection[Part], known: Collection[str]) -> tuple[Statement, ...]:
    """Return the statements that bring a table back from the archive, without what was taken off.

    Args:
        name: Schema and name that it shall have.
        parts: What hangs on it in the archive.
        known: Names that are declared for parts of it.

    """
    kept = archived_table(name)
    locks = (Lock(".".join(kept), LockMode.ACCESS_EXCLUSIVE),)
    queries = (
        compose("alter table {} set schema {}", ident(*kept), ident(name[0])),
        compose("alter table {} rename to {}", ident(name[0], kept[1]), ident(name[1])),
        *rename_back(name, parts, known),
        compose("delete from {}.tables where relation = {}", ident(ARCHIVE), literal(".".join(name))),
    )
    return tuple(Statement(query, locks=locks, phase=Phase.COPY) for query in queries)
