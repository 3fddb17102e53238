"""Which statement is the last of an object that goes: in its transaction the ledger forgets the object."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from supaschema.core.model import Delta, ObjectId, Phase, Steps
from supaschema.engine.diff import Kinds


def with_dropped(drops: Mapping[ObjectId, Steps], deltas: Iterable[Delta], kinds: Kinds) -> dict[ObjectId, Steps]:
    """Return the steps that drop objects, told at the last statement that drops something what is gone after it.

    Args:
        drops: By object that has statements of its own.
        deltas: Every difference; what goes with its parent is gone with the parent's statements.
        kinds: The registry.

    """
    gone = [delta.id for delta in deltas if delta.new is None]
    roots = {id: next((one for one in (id, *kinds[id.kind].parents(id)) if one in drops), id) for id in gone}
    groups: dict[tuple[str, ...], tuple[ObjectId, ...]] = {}
    for id, root in roots.items():
        group = dropped_with(root, kinds)
        groups[group] = (*groups.get(group, ()), id)
    return {id: _told(steps, groups.get(dropped_with(id, kinds), ())) for id, steps in drops.items()}


def dropped_with(id: ObjectId, kinds: Kinds) -> tuple[str, ...]:
    """Return what objects have in common that one statement drops."""
    return (id.kind, *kinds[id.kind].drop_group(id))


def _told(steps: Steps, gone: tuple[ObjectId, ...]) -> Steps:
    if not steps.statements or not gone:
        return steps
    statements = list(steps.statements)
    # What tidies up comes when the object is gone.
    dropping = [at for at, statement in enumerate(statements) if statement.phase is not Phase.TIDY]
    last = dropping[-1] if dropping else -1
    statements[last] = dataclasses.replace(statements[last], drops=gone)
    return dataclasses.replace(steps, statements=tuple(statements))
