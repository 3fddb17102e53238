"""What the ledger and the archive know of an object follows it to its new name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import LiteralString

import msgspec
from psycopg.types.json import Jsonb

from supaschema.core.model import Definition, ObjectId
from supaschema.core.renames import requalified
from supaschema.database.connect import Connection
from supaschema.ledger.state import Former

_ASIDE: LiteralString = (
    "update supaschema.objects o set object = r.aside"
    "  from jsonb_to_recordset(%s) r(old text, aside text) where o.object = r.old"
)
_TO_NEW: LiteralString = (
    "update supaschema.objects o set object = r.new"
    "  from jsonb_to_recordset(%s) r(new text, aside text) where o.object = r.aside"
)
_LABELS: LiteralString = """
    update supaschema.objects o set labels = coalesce(o.labels, '[]') || r.labels
      from (select s.object,
                   pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
                     'former', s.former, 'later', s.later, 'at', pg_catalog.now())) as labels
              from pg_catalog.jsonb_to_recordset(%s) s(object text, former text, later text)
             group by s.object) r
     where o.object = r.object
"""


def write(connection: Connection, ids: Mapping[ObjectId, ObjectId], before: Mapping[ObjectId, Definition]) -> None:
    """Enter new names of objects.

    Args:
        connection: In the transaction of the renames.
        ids: Objects that the ledger holds, each with its new name; what it holds under that name is out of date.
        before: By new name, what objects were before this stack, where names in it are others now.

    """
    if ids:
        # What moves up to a name that another one leaves is not that one.
        gone = [new.key for new in ids.values() if new not in ids]
        connection.execute("delete from supaschema.objects where object = any(%s)", [gone])
        rows = [{"old": old.key, "new": new.key, "aside": f"{new.key} renamed"} for old, new in ids.items()]
        for query in (_ASIDE, _TO_NEW):
            connection.execute(query, [Jsonb(rows)])
    if before:
        states = [{"object": id.key, "before": definition} for id, definition in before.items()]
        connection.execute(
            "update supaschema.objects o set before = r.before"
            "  from jsonb_to_recordset(%s) r(object text, before jsonb) where o.object = r.object",
            [Jsonb(states, dumps=msgspec.json.encode)],
        )


def has_any(connection: Connection, ids: Iterable[ObjectId]) -> bool:
    """Return whether the ledger has one of these objects; nobody else writes what it has of it meanwhile."""
    query = "select from supaschema.objects where object = any(%s) for update"
    return connection.execute(query, [[id.key for id in ids]]).fetchone() is not None


def former_names(former: Iterable[Former]) -> list[dict[str, object]] | None:
    """Return former names as the ledger holds them."""
    return [{"object": it.id.key, "spoken": it.is_spoken} for it in former] or None


def write_former(connection: Connection, former: Mapping[ObjectId, tuple[Former, ...]]) -> None:
    """Enter what objects were called.

    Args:
        connection: In the transaction of the renames, after their new names were entered.
        former: By new name, their former names.

    """
    if former:
        rows = [{"object": id.key, "former": former_names(names)} for id, names in former.items()]
        connection.execute(
            "update supaschema.objects o set former = r.former"
            "  from jsonb_to_recordset(%s) r(object text, former jsonb) where o.object = r.object",
            [Jsonb(rows)],
        )


def write_labels(connection: Connection, labels: Iterable[tuple[ObjectId, str, str]]) -> None:
    """Enter that labels of enum types have other names.

    Args:
        connection: In the transaction of the renames, which comes after the types were entered.
        labels: The type of each, its former name and its later one.

    """
    rows = [{"object": id.key, "former": former, "later": later} for id, former, later in labels]
    if rows:
        connection.execute(_LABELS, [Jsonb(rows)])


def write_relations(connection: Connection, relations: Mapping[str, str], schemas: Mapping[str, str]) -> None:
    """Enter new names of tables for what the archive holds of their values, and for back-fills that are done.

    Args:
        connection: In the transaction of the renames.
        relations: Tables, each with its new name, both as `schema.name`.
        schemas: Schemas, each with its new name.

    """
    names = [(old, new, False) for old, new in relations.items()]
    names += [(f"{old}.", f"{new}.", True) for old, new in schemas.items()]
    for old, new, every in names:
        for query in _FOLLOW:
            connection.execute(query, {"old": old, "new": new, "every": every})


def write_types(connection: Connection, names: Iterable[tuple[Sequence[str], Sequence[str]]]) -> None:
    """Enter new names of types for what the archive holds of the columns that had them.

    Args:
        connection: In the transaction of the renames.
        names: Types by schema and name, and schemas by their name, each with its new name, in the order of the renames.

    """
    pairs = tuple(names)
    if pairs:
        query = "select relation, types from supaschema_archive.tables where types <> '{}' for update"
        for relation, types in connection.execute(query).fetchall():
            later = dict(types)
            for old, new in pairs:
                later = {column: requalified(type, old, new) for column, type in later.items()}
            if later != types:
                update = "update supaschema_archive.tables set types = %s where relation = %s"
                connection.execute(update, [Jsonb(later), relation])


def _follow(table: LiteralString) -> LiteralString:
    # What is there under the new name is of another table, and stays that one's.
    later = "%(new)s || pg_catalog.substr(t.relation, pg_catalog.length(%(old)s) + 1)"
    return (
        f"update {table} t set relation = {later}"
        " where (t.relation = %(old)s or (%(every)s and pg_catalog.starts_with(t.relation, %(old)s)))"
        f" and not exists (select from {table} o where o.relation = {later})"
    )


_FOLLOW: tuple[LiteralString, ...] = (
    _follow("supaschema.backfills"),
    _follow("supaschema_archive.columns"),
    _follow("supaschema_archive.column_values"),
)
