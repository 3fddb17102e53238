"""What is made at run time: partitions of managed tables, which jobs make, and what extensions bring.

It is counted; and where a partition is open that its table is not, that is told: whoever names a partition reads it
past the policies and grants of its table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from supaschema.core.model import Definition, ObjectId
from supaschema.core.sqltext import relation_name
from supaschema.drift.definitions import properties, told
from supaschema.drift.model import Topic
from supaschema.drift.naming import finding
from supaschema.drift.reading import Reading
from supaschema.drift.subject import Subject
from supaschema.kinds.grants_definition import Entry, Grants
from supaschema.kinds.row_security import RowSecurity
from supaschema.review.words import number


def table_of(reading: Reading, id: ObjectId) -> ObjectId | None:
    """Return the managed table of which an object is, or belongs to, a partition that is not managed; None: of none."""
    for whole in (id, *reading.kinds[id.kind].parents(id)):
        table = reading.live.get(whole)
        share = None if table is None or reading.is_managed(whole) else reading.kinds[whole.kind].share(table)
        if share is not None:
            above = ObjectId(whole.kind, share[0])
            return above if reading.is_managed(above) else table_of(reading, above)
    return None


def partitions(reading: Reading) -> dict[ObjectId, ObjectId]:
    """Return the partitions that are made at run time, each with its managed table."""
    found = ((id, table_of(reading, id)) for id in reading.live if reading.kinds[id.kind].holds_rows)
    return {id: table for id, table in found if table is not None}


def counted(reading: Reading) -> Iterator[str]:
    """Yield a line for each sort of what is made at run time."""
    of = Counter(partitions(reading).values())
    for table, count in sorted(of.items()):
        yield f"{number(count, 'partition')} of {relation_name(table.name)}"
    along = Counter(
        id.kind
        for id, it in reading.live.items()
        if reading.kinds[id.kind].is_inherited(it) and not reading.is_managed(id)
    )
    for kind, count in sorted(along.items()):
        yield f"{number(count, kind.replace('_', ' '))} that came with another table's"
    for extension, count in sorted(reading.members.items()):
        yield f"{number(count, 'object')} of extension {extension} in managed schemas"


def subjects(reading: Reading) -> Iterator[Subject]:
    """Yield what is open on a partition and is not on its table, and what was hung on a partition alone."""
    below = partitions(reading)
    for id, definition in reading.live.items():
        table = below.get(ObjectId("table", id.name[:2]))
        if table is None or reading.kinds[id.kind].is_inherited(definition):
            continue
        above = reading.live.get(ObjectId(id.kind, table.name))
        if (closed := _closed(definition, above)) is not None:
            yield _open(reading, id, definition, closed, table)
        elif _hangs(reading, id, definition):
            why = f"on a partition of the managed {relation_name(table.name)} alone"
            yield Subject(finding(Topic.OPERATIONAL, id, why, definition=told(reading, id, definition)), id)


def _closed(definition: Definition, above: Definition | None) -> Definition | None:
    """Return what a partition would have if it were as closed as its table; None: it is."""
    match definition, above:
        case RowSecurity(), RowSecurity() if above.enabled and not definition.enabled:
            return msgspec.structs.replace(definition, enabled=True)
        case Grants(), Grants():
            allowed = {entry.grantee: {*entry.privileges} for entry in above.entries}
            kept = [_within(entry, allowed.get(entry.grantee, set())) for entry in definition.entries]
            found = msgspec.structs.replace(definition, entries=tuple(entry for entry in kept if entry.privileges))
            return None if found.entries == definition.entries else found
        case _:
            return None


def _within(entry: Entry, allowed: set[str]) -> Entry:
    privileges = tuple(it for it in entry.privileges if it in allowed)
    grantable = tuple(it for it in entry.grantable if it in allowed)
    return msgspec.structs.replace(entry, privileges=privileges, grantable=grantable)


def _open(reading: Reading, id: ObjectId, live: Definition, closed: Definition, table: ObjectId) -> Subject:
    why = f"its table, the managed {relation_name(table.name)}, is not open so"
    return Subject(finding(Topic.OPERATIONAL, id, why, properties=properties(reading, id, closed, live)), id, closed)


def _hangs(reading: Reading, id: ObjectId, definition: Definition) -> bool:
    kind = reading.kinds[id.kind]
    decides = kind.decides_over_rows and not isinstance(definition, RowSecurity)
    return decides or hasattr(definition, "function") or not (kind.declarable or id.name[2:] == ())
