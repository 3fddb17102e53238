"""Which relations lose rows or values by a change, or have them written anew: what a backup is made of."""

from __future__ import annotations

from collections.abc import Iterator

from supaschema.core.model import Hazard, Mode
from supaschema.core.plan_record import PlanRecord, Step
from supaschema.review.model import StackReport

_HOLDING = ("table", "column", "sequence")
_OF_DATA = {hazard.value for hazard in (Hazard.DELETES_DATA, Hazard.TAKES_DATA_OUT_OF_USE, Hazard.REWRITES_TABLE)}
_RELATION = 2
"""How many parts the name of a relation has."""


def relations(report: StackReport) -> tuple[str, ...]:
    """Return `schema.name` of each relation, in order; some of them may not exist, or be none."""
    plans = (change.plan for change in report.changes if change.plan is not None)
    return tuple(sorted({name for plan in plans for name in _of_plan(plan)}))


def _of_plan(plan: PlanRecord) -> Iterator[str]:
    renamed = {each.old for each in plan.renames}
    for item in plan.differences:
        gone = item.old is not None and item.new is None and not item.aside and item.object not in renamed
        if gone and item.object.kind in _HOLDING:
            yield _relation(item.object.name)
    for step in plan.steps:
        yield from (lock.relation for lock in step.locks if lock.rewrites)
        if _touches(step):
            if step.about is not None and len(step.about.name) >= _RELATION:
                yield _relation(step.about.name)
            else:
                yield from (lock.relation for lock in step.locks)


def _touches(step: Step) -> bool:
    writes = step.mode == Mode.BATCHES.value and not step.upkeep
    return writes or any(risk.hazard in _OF_DATA for risk in step.hazards)


def _relation(name: tuple[str, ...]) -> str:
    return ".".join(name[:_RELATION])
