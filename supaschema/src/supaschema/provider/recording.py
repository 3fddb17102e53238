"""The plans of a preview, recorded for reports where the environment names a file for them."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

import msgspec

from supaschema.core.model import Delta, HazardNote, ObjectId, Plan
from supaschema.core.plan_record import VARIABLE, Known, append, recorded
from supaschema.database.relation_sizes import sizes_of
from supaschema.engine.intent import Intent
from supaschema.engine.pipeline import Pipeline
from supaschema.ledger import seals
from supaschema.provider.compared import compared
from supaschema.provider.overwritten import overwritten
from supaschema.registry import KINDS


def record(
    pipeline: Pipeline, urn: str, verb: str, plan: Plan, *, refused: Collection[HazardNote], intent: Intent
) -> None:
    """Append a plan to the file that SUPASCHEMA_PLAN_RECORD names; do nothing where it names none.

    Args:
        pipeline: What planned it; its database tells how large the locked relations are.
        urn: The resource.
        verb: `create`, `update` or `delete`.
        plan: What would be run.
        refused: The hazards that lack consent.
        intent: What was planned: what else the plan changes stands aside.

    """
    path = os.environ.get(VARIABLE)
    if not path:
        return
    with pipeline.database.connection() as connection:
        sizes = sizes_of(connection, (lock.relation for statement in plan.statements for lock in statement.locks))
    known = Known(
        refused=refused,
        sizes=sizes,
        masked=pipeline.secrets.masked,
        sealed=sealed(pipeline, plan),
        own=intent.desired,
        drifted=overwritten(pipeline, plan, intent),
        renames=tuple((rename.old, rename.new) for rename in intent.renames if rename.is_ours),
    )
    append(recorded(compared(plan), urn, verb, known), Path(path))


def sealed(pipeline: Pipeline, plan: Plan) -> frozenset[ObjectId]:
    """Return the objects of a plan that hold a secret, or will: it may be one that this run was not told."""
    return frozenset(delta.id for delta in plan.deltas if _is_sealed(pipeline, delta))


def _is_sealed(pipeline: Pipeline, delta: Delta) -> bool:
    entry = pipeline.state.recorded.entry(delta.id)
    comes = delta.new is not None and (
        pipeline.secrets.holds(msgspec.json.encode(delta.new).decode())
        or seals.holds_seal(KINDS[delta.id.kind].structure(delta.new))
    )
    return comes or (entry is not None and entry.is_sealed)
