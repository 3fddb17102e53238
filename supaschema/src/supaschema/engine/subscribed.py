"""Tables whose rows a subscription of the database writes: it finds them by name, and stops without. Names no kind."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import LiteralString

from psycopg.types.json import Jsonb

from supaschema.core.errors import DependencyError
from supaschema.core.model import Delta, ObjectId
from supaschema.core.sqltext import Name
from supaschema.database.connect import Connection
from supaschema.engine.renames import Renames


def told(connection: Connection, deltas: Collection[Delta], renames: Renames) -> tuple[str, ...]:
    """Refuse to drop or rename such a table; return a sentence for each column of one that goes or is renamed.

    The connection string is never read.

    Args:
        connection: Any connection.
        deltas: What changes, as it is called after the renames.
        renames: What is renamed before.

    Raises:
        DependencyError: Naming the subscription.

    """
    parts = dict(_parts(deltas, renames))
    wholes = {**dict(_going(deltas, renames)), **dict(_renamed(renames))}
    asked = {*parts.values(), *(name for name, _ in wholes.values())}
    if not asked:
        return ()
    writing: dict[Name, str] = {}
    for schema, name, subscriptions in connection.execute(_WRITING, [Jsonb([list(it) for it in asked])]):
        writing[schema, name] = writing[schema,] = str(subscriptions)
    for id, (name, what) in wholes.items():
        if name in writing:
            raise DependencyError(
                f"it cannot be {what}: {writing[name]} writes its rows, finds it by its name, and would stop.",
                where=str(id),
                remedy="Nothing was changed. Have the other server publish it no more and refresh the subscription "
                "(alter subscription ... refresh publication), or drop that, before this deployment.",
            )
    return tuple(_said(id, writing[name]) for id, name in parts.items() if name in writing)


def _going(deltas: Collection[Delta], renames: Renames) -> Iterator[tuple[ObjectId, tuple[Name, str]]]:
    for delta in deltas:
        if delta.old is not None and delta.new is None and renames.kinds[delta.id.kind].holds_rows:
            yield delta.id, (renames.reversed.id(delta.id).name, "dropped")


def _renamed(renames: Renames) -> Iterator[tuple[ObjectId, tuple[Name, str]]]:
    # As it is called before the first of them.
    for place, pair in enumerate(renames.pairs):
        kind = renames.kinds[pair.old.kind]
        if pair.is_ours and (kind.holds_rows or kind.holds_objects):
            before = Renames(renames.pairs[:place], renames.kinds).reversed.id(pair.old)
            yield pair.old, (before.name, "renamed")


def _parts(deltas: Collection[Delta], renames: Renames) -> Iterator[tuple[ObjectId, Name]]:
    kinds = renames.kinds
    gone = (it.id for it in deltas if it.old is not None and it.new is None and kinds[it.id.kind].in_use(it.id, it.old))
    renamed = (pair.old for pair in renames.pairs if pair.is_ours and pair.is_spoken)
    for id in (*gone, *renamed):
        if any(kinds[parent.kind].holds_rows for parent in kinds[id.kind].parents(id)):
            yield id, renames.reversed.id(id).name[:2]


def _said(id: ObjectId, subscriptions: str) -> str:
    return (
        f"{subscriptions} writes rows of {'.'.join(id.name[:2])}: where those have {id}, it stops until that is back."
    )


_WRITING: LiteralString = """
    select n.nspname::text, c.relname::text,
           pg_catalog.string_agg('subscription ' || pg_catalog.quote_ident(s.subname), ', ' order by s.subname)
      from pg_catalog.pg_subscription_rel r
      join pg_catalog.pg_subscription s on s.oid = r.srsubid
      join pg_catalog.pg_class c on c.oid = r.srrelid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.jsonb_array_elements(%s) as asked(name)
        on n.nspname = asked.name ->> 0 and coalesce(asked.name ->> 1, c.relname) = c.relname
     group by n.nspname, c.relname
"""
