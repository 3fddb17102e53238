"""Names that a rename is to give and that something else has already. Names no kind."""

from __future__ import annotations

from dataclasses import replace

from psycopg import sql

from supaschema.core.errors import DependencyError
from supaschema.core.model import Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.core.sqltext import compose, literal
from supaschema.database.connect import Connection
from supaschema.engine.renames import Renames
from supaschema.engine.renames_refused import name_is_taken
from supaschema.kinds.base import Family
from supaschema.kinds.renaming import along_to_schema, relation_named


def with_room(connection: Connection, renames: Renames, live: Facts) -> Renames:
    """Refuse renames whose new names are taken; return them so that no name is given that something has at that moment.

    Args:
        connection: For asking the server.
        renames: What would be renamed. What one of them moves out of another's way has no name in its way.
        live: What there is, as it is called afterwards.

    Raises:
        DependencyError: Naming what has the name.

    """
    _require_free(connection, renames, live)
    pairs = tuple(_by_way(connection, renames, place, live) for place in range(len(renames.pairs)))
    return Renames(pairs, renames.kinds)


def _require_free(connection: Connection, renames: Renames, live: Facts) -> None:
    kinds = renames.kinds
    # As each is at last.
    last = [live[Renames(renames.pairs[place + 1 :], kinds).id(it.new)] for place, it in enumerate(renames.pairs)]
    leaving = {pair.old for pair in renames.pairs}
    left = {kinds[it.old.kind].relation(it.old, now) for it, now in zip(renames.pairs, last, strict=True)} - {None}
    queries = {}
    for place, pair in enumerate(renames.pairs):
        kind = kinds[pair.new.kind]
        if not pair.is_ours or pair.new in leaving or kind.relation(pair.new, last[place]) in left:
            continue
        # Its table may still have another name, or be in another schema.
        before = Renames(renames.pairs[:place], kinds).reversed
        now, schema = before.id(pair.new), _schema(pair.new, before)
        there = kind.relation(pair.new, last[place])
        moved = now.name[0] != schema and there is not None
        query = relation_named(schema, there[1]) if moved and there else kind.taken(now, last[place])
        if query is not None:
            queries[place] = query
    if not queries:
        return
    parts = [compose("select {}, q.* from ({}) q", literal(place), query) for place, query in queries.items()]
    row = connection.execute(sql.SQL(" union all ").join(parts)).fetchone()
    if row is not None:
        raise name_is_taken(renames.pairs[row[0]], row[1])


def _schema(id: ObjectId, before: Renames) -> str:
    # As the schema is called before the first statement.
    return before.schemas.get(id.name[0], id.name[0])


def _by_way(connection: Connection, renames: Renames, place: int, live: Facts) -> Rename:
    """Return a rename with what it is called in between, where it gets another schema and another name."""
    pair, kinds = renames.pairs[place], renames.kinds
    kind = kinds[pair.old.kind]
    if not pair.is_ours or kind.parents(pair.old) or not pair.old.name[1:] or pair.old.name[0] == pair.new.name[0]:
        return pair
    before = Renames(renames.pairs[:place], kinds).reversed
    old, schema = before.id(pair.old), _schema(pair.new, before)
    # What leaves before it is in nobody's way.
    left = {it.old.name[:2] for it in renames.pairs[:place]}
    if kind.family is Family.RELATION and pair.new.name[0] not in {name[0] for name in left}:
        _require_alone(connection, pair, along_to_schema(old.name[0], old.name[1], schema))
    if pair.old.name[1] == pair.new.name[1]:
        return pair
    definition = live[Renames(renames.pairs[place + 1 :], kinds).id(pair.new)]

    def taken(*name: str) -> str | None:
        query = None if name in left else kind.taken(ObjectId(pair.old.kind, (*name, *old.name[2:])), definition)
        row = None if query is None else connection.execute(compose("{}", query)).fetchone()
        return None if row is None else str(row[0])

    here = taken(old.name[0], pair.new.name[1])
    if here is None:
        return pair
    there = taken(schema, old.name[1])
    if there is not None:
        raise _no_room(pair, here, there)
    return replace(pair, via=ObjectId(pair.old.kind, (pair.new.name[0], *pair.old.name[1:])))


def _require_alone(connection: Connection, pair: Rename, query: sql.Composed) -> None:
    row = connection.execute(query).fetchone()
    if row is not None:
        raise DependencyError(
            f"it is to move to schema {pair.new.name[0]}, and the name of {row[0]}, which moves along, is taken there "
            f"by {row[1]}.",
            where=str(pair.old),
            remedy=f"Nothing was changed. Have {row[0]} called otherwise in a deployment before this one; what is "
            "called after its table is, where that has another name.",
        )


def _no_room(pair: Rename, here: str, there: str) -> DependencyError:
    return DependencyError(
        f"it is to become {pair.new}: its new name is taken in its old schema by {here}, and its old name in its new "
        f"schema by {there}.",
        where=str(pair.old),
        remedy="Nothing was changed. Rename it to a third name in a deployment before this one.",
    )
