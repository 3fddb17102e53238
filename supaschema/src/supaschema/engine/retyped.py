"""Texts that name a column of another type by then: read on a twin that has that type. Names no kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence

import psycopg
from psycopg import sql

from supaschema.core.model import Desired, Facts, ObjectId
from supaschema.core.renames import requalified
from supaschema.core.sqltext import Name, compose, ident
from supaschema.database.commands import run_one
from supaschema.database.connect import Connection
from supaschema.engine.diff import Kinds
from supaschema.kinds.base import SqlField, SqlFieldKind

_TEMPORARY = "pg_temp"
_TWIN = "supaschema_retyped"
_SPELLS_TYPES = "::"
Retyped = Mapping[Name, Sequence[sql.Composable]]
"""What gives the twin of a relation its types, by the relation's schema and name."""


def retyped(desired: Desired, live: Facts, kinds: Kinds) -> Retyped:
    """Return the relations of which columns get other types."""
    found: dict[Name, list[sql.Composable]] = {}
    for id, wanted in desired.items():
        old = live.get(id)
        if old is None or wanted is None or wanted == old:
            continue
        twin = ObjectId(id.kind, (_TEMPORARY, _TWIN, *id.name[2:]))
        statement = kinds[id.kind].retyping(twin, old, wanted)
        if statement is not None:
            found.setdefault(id.name[:2], []).append(statement)
    return found


def still_known(recorded: Facts, live: Facts, changing: Retyped, kinds: Kinds) -> Facts:
    """Return what the server wrote of what was declared, but where it wrote types that are others by then."""
    if not changing:
        return recorded

    def is_stale(id: ObjectId) -> bool:
        fields = kinds[id.kind].sql_fields(id, live[id]).values() if id in live else ()
        return any(_SPELLS_TYPES in field.text and _moved(field, changing) != field for field in fields)

    return {id: item for id, item in recorded.items() if not is_stale(id)}


def on_twins(
    connection: Connection, groups: Sequence[Mapping[str, SqlField]], changing: Retyped
) -> list[Mapping[str, SqlField]]:
    """Return groups of texts, over twins of the relations of other types, which are made in the transaction."""
    if not changing:
        return list(groups)
    made = [name for name in changing if _is_made(connection, name, changing[name])]
    return [{name: _moved(field, made) for name, field in group.items()} for group in groups]


def _moved(field: SqlField, names: Collection[Name]) -> SqlField:
    if field.relation is not None and field.relation in names:
        return dataclasses.replace(field, relation=(_TEMPORARY, field.relation[1]))
    text = field.text
    for schema, name in names if field.kind is SqlFieldKind.QUERY else ():
        text = requalified(text, (schema, name), (_TEMPORARY, name))
    return dataclasses.replace(field, text=text)


def _is_made(connection: Connection, name: Name, statements: Sequence[sql.Composable]) -> bool:
    like = compose("create temporary table {} (like {})", ident(_TWIN), ident(*name))
    # By its own name, for a query may call it so.
    rename = compose("alter table {} rename to {}", ident(_TEMPORARY, _TWIN), ident(name[1]))
    try:
        with connection.transaction():
            for statement in (like, *statements, rename):
                run_one(connection, sql.Composed([statement]))
    except psycopg.Error:
        # Its type may be made by the same plan, or the values take a cast that is refused elsewhere.
        return False
    return True
