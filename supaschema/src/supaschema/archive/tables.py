"""What a drop keeps aside, in the schema `supaschema_archive`, and how it comes back.

A dropped table that holds rows moves there whole, without the foreign keys, policies and triggers that could empty or
open it. Values of dropped columns: see `kept_columns`.
"""

from __future__ import annotations

from collections.abc import Iterable

from psycopg import sql

from supaschema.core.sqltext import Name, compose, ident, literal, roles
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


def keep_table(name: Name, detach: Iterable[sql.Composed]) -> tuple[sql.Composed, ...]:
    """Return the statements that move a table with rows into the archive, closed to everybody.

    Args:
        name: Schema and name.
        detach: The statements that free it of what could empty it or open it: policies, triggers, foreign keys.

    """
    table = ident(*name)
    kept = archived_table(name)
    return (
        *detach,
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
    """Tell whether a table holds a row."""
    row = connection.execute(compose("select exists (select from {})", ident(*name))).fetchone()
    return bool(row and row[0])


def archived_table(name: Name) -> Name:
    """Give the name a table is kept under."""
    return (ARCHIVE, f"{name[0]}.{name[1]}")


def restore_table(name: Name) -> tuple[sql.Composed, ...]:
    """Bring a table back from the archive; its policies, triggers and foreign keys are declared anew."""
    kept = archived_table(name)
    return (
        compose("alter table {} set schema {}", ident(*kept), ident(name[0])),
        compose("alter table {} rename to {}", ident(name[0], kept[1]), ident(name[1])),
        compose("delete from {}.tables where relation = {}", ident(ARCHIVE), literal(".".join(name))),
    )
