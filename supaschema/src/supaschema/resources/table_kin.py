"""What a table has in common with one of which it becomes a partition, or from which it inherits."""

from __future__ import annotations

from collections.abc import Iterator

from supaschema.core.model import Definition, Fact, Facts, ObjectId
from supaschema.kinds import table as table_kind
from supaschema.kinds import table_place
from supaschema.kinds.constraint import Constraint
from supaschema.resources.base import Elsewhere, own_facts

PARTS = ("column", "not_null", "constraint")
"""The kinds of what a table is declared with as a whole."""


def merged(table: Fact, live: Facts, elsewhere: Elsewhere) -> frozenset[ObjectId]:
    """Return the parts of a table that are the other table's from then on: the server asks for them.

    Args:
        table: The table as it is declared.
        live: What there is.
        elsewhere: Gives what there is of other tables. One that is still to be made may have anything.

    """
    now, wanted, name = live.get(table.id), table.definition, table.id.name
    if not isinstance(now, table_kind.Table) or not isinstance(wanted, table_kind.Table):
        return frozenset()
    over = set(table_place.others(wanted)) - set(table_place.others(now))
    if not over:
        return frozenset()
    above = {other: own for other in over if (own := elsewhere(frozenset({other})))}
    parts = {id: item for id, item in own_facts(live).items() if id.kind in PARTS and id.name[:2] == name}
    unknown = any(ObjectId("table", other) not in above.get(other, {}) for other in over)
    common = {key for facts in above.values() for id, item in facts.items() for key in _keys(id, item)}
    return frozenset(id for id, item in parts.items() if unknown or not common.isdisjoint(_keys(id, item)))


def _keys(id: ObjectId, item: Definition) -> Iterator[tuple[object, ...]]:
    # Checks are merged by name, keys by what they are.
    if id.kind not in PARTS:
        return
    if isinstance(item, Constraint) and item.type != "c":
        yield (id.kind, item.type, item.columns, item.references, item.referenced_columns)
    else:
        yield (id.kind, id.name[2])
