"""What a plan takes out of use: objects that it drops for good, and that hold rows, values or files. Names no kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from supaschema.archive import in_use
from supaschema.core.model import Delta, Facts, Hazard, HazardNote, ObjectId, Steps
from supaschema.core.sqltext import Name
from supaschema.database.connect import Connection
from supaschema.engine.diff import Kinds
from supaschema.engine.renames import Renames
from supaschema.kinds.context import Held

_WORSE = Hazard.DELETES_DATA
"""The hazard that says of the same values that they are lost."""


def taken(connection: Connection, deltas: Iterable[Delta], renames: Renames) -> dict[ObjectId, HazardNote]:
    """Return a note for each object that goes for good and holds something; the renames come before that."""
    kinds, earlier = renames.kinds, renames.reversed
    gone = {
        earlier.id(delta.id): delta.old
        for delta in deltas
        # What a table has from another one is counted with that.
        if delta.new is None and delta.old is not None and not kinds[delta.id.kind].is_inherited(delta.old)
    }
    things = {
        id: thing
        for id, old in gone.items()
        # What goes with its parent is counted there.
        if gone.keys().isdisjoint(kinds[id.kind].parents(id)) and (thing := kinds[id.kind].in_use(id, old)) is not None
    }
    found = in_use.told(connection, things)
    return {
        renames.id(id): HazardNote(Hazard.TAKES_DATA_OUT_OF_USE, sentence, things[id].held)
        for id, sentence in found.items()
    }


def taken_from_columns(
    connection: Connection, deltas: Iterable[Delta], held: Mapping[Name, Held], live: Facts, renames: Renames
) -> dict[ObjectId, HazardNote]:
    """Return a note for each part of a type that goes for good while columns have values of it; they are lost."""
    kinds, earlier = renames.kinds, renames.reversed
    gone = {delta.id for delta in deltas if delta.new is None}
    things: dict[tuple[ObjectId, Name], in_use.InUse] = {}
    within: dict[ObjectId, tuple[str, ...]] = {}
    for id in sorted(gone):
        name = kinds[id.kind].takes_from(id)
        # What goes with its type is in no column.
        if name is None or name not in held or not gone.isdisjoint(kinds[id.kind].parents(id)):
            continue
        within[id] = held[name].within
        for column in held[name].columns:
            thing = kinds[id.kind].taken_from(earlier.id(id), _earlier_name(column, live, renames))
            if thing is not None:
                things[id, column] = thing
    found = in_use.told(connection, things)
    notes = {}
    for id, words in within.items():
        own = [key for key in found if key[0] == id]
        said = [found[key] for key in own]
        said += [f"Values within {word} lose it too, and are not counted." for word in words]
        if said:
            notes[id] = HazardNote(_WORSE, " ".join(said), things[own[0]].held if own else None)
    return notes


def _earlier_name(name: Name, live: Facts, renames: Renames) -> Name:
    before = (renames.reversed.id(id).name for id in live if id.name == name)
    return next((it for it in before if it != name), name)


def with_notes(
    drops: Mapping[ObjectId, Steps], notes: Mapping[ObjectId, HazardNote], kinds: Kinds
) -> dict[ObjectId, Steps]:
    """Return the steps that drop objects, each note at the first statement that drops its object."""
    groups: dict[tuple[str, ...], tuple[HazardNote, ...]] = {}
    for id, note in notes.items():
        group = (id.kind, *kinds[id.kind].drop_group(id))
        groups[group] = (*groups.get(group, ()), note)
    return {id: _noted(steps, groups.get((id.kind, *kinds[id.kind].drop_group(id)), ())) for id, steps in drops.items()}


def _noted(steps: Steps, notes: tuple[HazardNote, ...]) -> Steps:
    known = {note.hazard for statement in steps.statements for note in statement.hazards}
    if not steps.statements or not notes or _WORSE in known:
        return steps
    first, *others = steps.statements
    first = dataclasses.replace(first, hazards=(*first.hazards, *notes))
    return dataclasses.replace(steps, statements=(first, *others))
