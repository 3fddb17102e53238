"""What a plan needs to know of the archive: which tables go there, and what comes back from there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from supaschema.archive import tables
from supaschema.archive.parts import Part, names_back, own_name, parts_of, sequences
from supaschema.archive.types import LaterLabels, existing, kept_types, later_labels, unfit
from supaschema.core.errors import DependencyError
from supaschema.core.model import Desired, Facts, ObjectId, Precondition, Statement
from supaschema.core.sqltext import Name, relation_name
from supaschema.core.type_names import canonical_type
from supaschema.database.connect import Connection
from supaschema.engine.diff import Kinds
from supaschema.engine.intent import Intent
from supaschema.engine.snapshot import Reader, Scope
from supaschema.kinds.base import SqlFieldKind
from supaschema.ledger import LedgerState

_QUOTED_WORD = re.compile(r'"([a-z_][a-z0-9_]*)"')


@dataclass(frozen=True)
class Restored:
    """A table that comes back from the archive: its facts as they will be then, and the statements that bring it.

    `names` are those of the indexes and sequences that come with it.
    """

    facts: Facts
    statements: tuple[Statement, ...]
    preconditions: tuple[Precondition, ...] = ()
    names: frozenset[Name] = frozenset()


def restored(  # noqa: PLR0917
    connection: Connection, reader: Reader, intent: Intent, ledger: LedgerState, live: Facts, kinds: Kinds
) -> dict[ObjectId, Restored]:
    """Return the declared tables that come back from the archive.

    Args:
        connection: For reading what hangs on them there.
        reader: Reads their facts.
        intent: What is wanted.
        ledger: The ledger, with what the archive holds.
        live: What exists.
        kinds: The registry of kinds.

    Raises:
        DependencyError: Something else is to get the name of one.

    """
    found: dict[ObjectId, Restored] = {}
    _require_none_renamed(intent, ledger, live)
    for id in intent.declared:
        if id in ledger.archived and id not in live and kinds[id.kind].holds_rows:
            kept = tables.archived_table(id.name)
            types, there = _types(connection, id, intent.desired, kinds)
            known, hanging = _known_names(id, intent.desired), parts_of(connection, [kept])[kept]
            beside = sequences(id.name, kept, hanging, known)
            facts = reader.read(connection, Scope(frozenset({kept, *beside}))).facts
            own = {
                ObjectId(it.kind, (*id.name, *(own_name(id.name, part, known) for part in it.name[2:]))): kinds[
                    it.kind
                ].retyped(it, fact, types)
                for it, fact in facts.items()
                if it.name[:2] == kept
            }
            own |= _beside(facts, beside, ObjectId(id.kind, kept), id, kinds)
            known_types = {name: type for name, type in types.items() if type in there}
            labels = _labels(connection, id, known_types.values(), ledger)
            back = tables.restore_table(id.name, hanging, known, types, labels)
            unfitting, names = unfit(id.name, kept, known_types, labels), names_back(id.name, hanging, known)
            found[id] = Restored(own, back, unfitting, names)
    return found


def _known_names(id: ObjectId, desired: Desired) -> frozenset[str]:
    # Of what is declared of a table, and of what is declared beside it.
    own = frozenset(other.name[2] for other in desired if other.name[:2] == id.name and other.name[2:])
    return own | {other.name[1] for other in desired if other.name[:-1] == id.name[:1]}


def _require_none_renamed(intent: Intent, ledger: LedgerState, live: Facts) -> None:
    for pair in intent.renames:
        if pair.old in live and pair.new in ledger.archived and pair.new not in live:
            name = relation_name(pair.new.name)
            raise DependencyError(
                f"it is to become {pair.new}, and the archive holds one of that name, which would come back.",
                where=str(pair.old),
                remedy=f"Nothing was changed. Give it another name, or destroy what is kept: "
                f"`python -m supaschema purge {shlex.quote(name)}`.",
            )


def _labels(connection: Connection, id: ObjectId, types: Iterable[str], ledger: LedgerState) -> dict[str, LaterLabels]:
    return later_labels(connection, id.name, set(types)) if ledger.labels else {}


def _beside(facts: Facts, names: Mapping[Name, Name], away: ObjectId, back: ObjectId, kinds: Kinds) -> Facts:
    """Return what a table has taken along, as it will be once that is called as it was."""
    return {
        ObjectId(it.kind, (*names[it.name[:2]], *it.name[2:])): kinds[it.kind].renamed(fact, away, back)
        for it, fact in facts.items()
        if it.name[:2] in names
    }


def _types(
    connection: Connection, id: ObjectId, desired: Desired, kinds: Kinds
) -> tuple[dict[str, str], frozenset[str]]:
    # By column those that it has again, as declared: no other type has a say in what is kept. And which exist.
    kept = kept_types(connection, [id.name]).get(id.name, {})
    there = existing(connection, set(kept.values()))
    declared = {
        (other.name[2], _unquoted(field.text))
        for other, item in (desired.items() if kept else ())
        if item is not None and other.name[:2] == id.name and other.name[2:]
        for field in kinds[other.kind].sql_fields(other, item).values()
        if field.kind is SqlFieldKind.TYPE
    }
    again = {name: type for name, type in kept.items() if (name, _unquoted(type)) in declared}
    return again, there


def _unquoted(type: str) -> str:
    # Of a type that has another name the archive keeps the quotes.
    return _QUOTED_WORD.sub(r"\1", canonical_type(type))


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
