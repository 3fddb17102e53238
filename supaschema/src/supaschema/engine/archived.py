"""What a plan needs to know of the archive: which tables go there, and what comes back from there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from supaschema.archive import tables
from supaschema.archive.parts import Part, own_name, parts_of
from supaschema.core.model import Facts, ObjectId, Statement
from supaschema.database.connect import Connection
from supaschema.engine.diff import Kinds
from supaschema.engine.intent import Intent
from supaschema.engine.snapshot import Reader, Scope


@dataclass(frozen=True)
class Restored:
    """A table that comes back from the archive: its facts as they will be then, and the statements that bring it."""

    facts: Facts
    statements: tuple[Statement, ...]


def restored(  # noqa: PLR0917
    connection: Connection, reader: Reader, intent: Intent, archived: Collection[ObjectId], live: Facts, kinds: Kinds
) -> dict[ObjectId, Restored]:
    """Return the declared tables that come back from the archive.

    Args:
        connection: For reading what hangs on them there.
        reader: Reads their facts.
        intent: What is wanted.
        archived: What the archive holds.
        live: What exists.
        kinds: The registry of kinds.

    """
    found: dict[ObjectId, Restored] = {}
    for id in intent.declared:
        if id in archived and id not in live and kinds[id.kind].holds_rows:
            kept = tables.archived_table(id.name)
            facts = reader.read(connection, Scope(frozenset({kept}))).facts
            known = {other.name[2] for other in intent.desired if other.name[:2] == id.name and other.name[2:]}
            # Under the names that they will have again.
            own = {
                ObjectId(it.kind, (*id.name, *(own_name(id.name, part, known) for part in it.name[2:]))): fact
                for it, fact in facts.items()
                if it.name[:2] == kept
            }
            found[id] = Restored(own, tables.restore_table(id.name, parts_of(connection, [kept])[kept], known))
    return found


def parts(connection: Connection, ids: Iterable[ObjectId]) -> dict[ObjectId, tuple[Part, ...]]:
    """Return what hangs on tables that go there."""
    given = tuple(ids)
    found = parts_of(connection, [id.name for id in given])
    return {id: found[id.name] for id in given}


def occupied(connection: Connection, ids: Iterable[ObjectId]) -> frozenset[ObjectId]:
    """Return those of some tables that hold a row."""
    given = frozenset(ids)
    found = tables.holding_rows(connection, [id.name for id in given])
    return frozenset(id for id in given if id.name in found)
