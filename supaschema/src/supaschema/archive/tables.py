"""What a drop archives, in the schema `supaschema_archive`, and how it comes back.

A dropped table that holds rows moves there whole, without the foreign keys, policies and triggers that could empty or
open it, and without what calls anything or has a type of others. Values of dropped columns: see `archive.columns`.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from psycopg import sql

from supaschema.archive.in_use import seen
from supaschema.archive.parts import Part, rename_away, rename_back, take_off, unpublish
from supaschema.archive.types import LaterLabels, retype
from supaschema.core.model import Lock, LockMode, Mode, Phase, Statement
from supaschema.core.sqltext import MAX_IDENTIFIER_BYTES, Name, compose, ident, literal, roles
from supaschema.database.connect import Connection

ARCHIVE = "supaschema_archive"
_AT_ONCE = 500
"""Tables that one query looks into."""


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


def keep_table(
    name: Name,
    detach: Iterable[Statement],
    parts: Collection[Part],
    api_roles: Sequence[str],
    goes: Callable[[Part], bool] = lambda _: False,
) -> tuple[Statement, ...]:
    """Return the statements that move a table with rows into the archive, closed to everybody.

    Args:
        name: Schema and name.
        detach: The statements that free it of what could empty it or open it: policies, triggers, foreign keys.
        parts: What hangs on it.
        api_roles: PUBLIC and the roles of Supabase's API that the server has: nothing of it is left to them.
        goes: Tells whether the type or the collation that one of its columns has is dropped by the same plan.

    """
    table = ident(*name)
    kept = archived_table(name)
    locks = (Lock(".".join(name), LockMode.ACCESS_EXCLUSIVE),)
    typed = [part for part in parts if part.kept_as is not None]
    # What can wait is rewritten where nobody waits for it, which holds up nobody at what the drop has locked.
    at_once, later = (_kept_as(typed, goes, is_going=is_going) for is_going in (True, False))
    published = (Lock(".".join(name), LockMode.SHARE_UPDATE_EXCLUSIVE),)
    return (
        *detach,
        *(Statement(query, locks=published) for query in unpublish(name, parts)),
        *(Statement(query, locks=locks) for query in take_off(name, parts)),
        *(Statement(query) for query in rename_away(name, parts)),
        Statement(compose("revoke all on table {} from {}", table, roles(api_roles))),
        Statement(compose("alter table {} rename to {}", table, ident(kept[1])), locks=locks),
        Statement(compose("alter table {} set schema {}", ident(name[0], kept[1]), ident(ARCHIVE)), locks=locks),
        Statement(_note(name, kept, typed), upkeep=True),
        *retype(kept, at_once),
        *(dataclasses.replace(item, mode=Mode.OWN_TRANSACTION, phase=Phase.TIDY) for item in retype(kept, later)),
    )


def _note(name: Name, kept: Name, typed: Iterable[Part]) -> sql.Composed:
    return compose(
        "insert into {}.tables (relation, kept_as, types) values ({}, {}, {}::jsonb)",
        ident(ARCHIVE),
        literal(".".join(name)),
        literal(kept[1]),
        literal(json.dumps({part.name: part.type for part in typed if part.type is not None})),
    )


def _kept_as(parts: Iterable[Part], goes: Callable[[Part], bool], *, is_going: bool) -> dict[str, str]:
    # By column the server's own type, of those whose types or collations the plan drops, or of the others.
    return {it.name: it.kept_as for it in parts if it.kept_as and goes(it) == is_going}


def holding_rows(connection: Connection, names: Iterable[Name]) -> frozenset[Name]:
    """Return those of some tables that hold a row, or take space where this role cannot tell; asks twice for all."""
    found = seen(connection, names)
    told = [name for name, (is_seen, _) in found.items() if is_seen]
    holding = {name for name, (is_seen, takes_space) in found.items() if takes_space and not is_seen}
    parts = [
        compose("select {} as place where exists (select from {})", literal(place), ident(*name))
        for place, name in enumerate(told)
    ]
    for begin in range(0, len(parts), _AT_ONCE):
        query = sql.SQL(" union all ").join(parts[begin : begin + _AT_ONCE])
        holding |= {told[int(place)] for (place,) in connection.execute(query)}
    return frozenset(holding)


def archived_table(name: Name) -> Name:
    """Return the name that a table has in the archive: its own, or a hash where the server would cut that."""
    whole = ".".join(name)
    long = len(whole.encode()) > MAX_IDENTIFIER_BYTES
    return (ARCHIVE, hashlib.sha256(whole.encode()).hexdigest()[:32] if long else whole)


def restore_table(
    name: Name,
    parts: Collection[Part],
    known: Collection[str],
    types: Mapping[str, str],
    labels: Mapping[str, LaterLabels],
) -> tuple[Statement, ...]:
    """Return the statements that bring a table back from the archive, without what was taken off.

    Args:
        name: Schema and name that it shall have.
        parts: What hangs on it in the archive.
        known: Names that are declared for parts of it.
        types: By column the types that were not kept.
        labels: By type the labels that have other names by now.

    """
    kept = archived_table(name)
    locks = (Lock(".".join(kept), LockMode.ACCESS_EXCLUSIVE),)
    queries = (
        compose("alter table {} set schema {}", ident(*kept), ident(name[0])),
        compose("alter table {} rename to {}", ident(name[0], kept[1]), ident(name[1])),
        *rename_back(name, parts, known),
        compose("delete from {}.tables where relation = {}", ident(ARCHIVE), literal(".".join(name))),
    )
    back = (*(Statement(query, locks=locks) for query in queries), *retype(name, types, labels))
    return tuple(dataclasses.replace(statement, phase=Phase.COPY) for statement in back)
