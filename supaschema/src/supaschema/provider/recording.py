"""The plans of a preview, recorded for reports where the environment names a file for them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from supaschema.core.model import Delta, HazardNote, ObjectId, Plan
from supaschema.core.plan_record import VARIABLE, append, recorded
from supaschema.database.relation_sizes import sizes_of
from supaschema.engine.pipeline import Pipeline


def record(pipeline: Pipeline, urn: str, verb: str, plan: Plan, refused: Iterable[HazardNote]) -> None:
    """Append a plan to the file that SUPASCHEMA_PLAN_RECORD names; do nothing where it names none.

    Args:
        pipeline: What planned it; its database tells how large the locked relations are.
        urn: The resource.
        verb: `create`, `update` or `delete`.
        plan: What would be run.
        refused: The hazards that lack consent.

    """
    path = os.environ.get(VARIABLE)
    if not path:
        return
    with pipeline.database.connection() as connection:
        sizes = sizes_of(connection, (lock.relation for statement in plan.statements for lock in statement.locks))
    masked, hidden = pipeline.secrets.masked, sealed(pipeline, plan)
    append(recorded(plan, urn, verb, refused=refused, sizes=sizes, masked=masked, sealed=hidden), Path(path))


def sealed(pipeline: Pipeline, plan: Plan) -> frozenset[ObjectId]:
    """Return the objects of a plan that hold a secret, or will: it may be one that this run was not told."""
    return frozenset(delta.id for delta in plan.deltas if _is_sealed(pipeline, delta))


def _is_sealed(pipeline: Pipeline, delta: Delta) -> bool:
    entry = pipeline.state.recorded.entry(delta.id)
    comes = delta.new is not None and pipeline.secrets.holds(msgspec.json.encode(delta.new).decode())
    return comes or (entry is not None and entry.is_sealed)
