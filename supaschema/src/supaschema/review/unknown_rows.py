"""What a plan cannot know of rows that are not there: whether something is lost that no scratch database holds."""

from __future__ import annotations

import msgspec

from supaschema.core.model import Hazard
from supaschema.core.plan_record import Named, PlanRecord, Risk
from supaschema.review.model import Change, StackReport
from supaschema.review.scratch_copy import Unfilled

_LOSING = (Hazard.DELETES_DATA.value, Hazard.TAKES_DATA_OUT_OF_USE.value)


def with_doubts(report: StackReport, unfilled: Unfilled) -> StackReport:
    """Return a report that says of what goes, where nobody knows, that it may hold something."""
    changes = tuple(
        change if change.plan is None else msgspec.structs.replace(change, plan=_doubted(change, change.plan, unfilled))
        for change in report.changes
    )
    return msgspec.structs.replace(report, changes=changes)


def _doubted(change: Change, plan: PlanRecord, unfilled: Unfilled) -> PlanRecord:
    if not plan.steps or any(risk.hazard in _LOSING for risk in change.risks):
        return plan
    gone = [item.object for item in plan.differences if item.new is None and not item.aside]
    risks = tuple(
        Risk(
            hazard=Hazard.TAKES_DATA_OUT_OF_USE.value,
            sentence=f"Whether {object.kind} {'.'.join(object.name)} holds anything is not known here; if it does,"
            " `pulumi up` asks for consent.",
            refused=False,
        )
        for object in gone
        if _is_unknown(object, unfilled)
    )
    if not risks:
        return plan
    first, *others = plan.steps
    told = msgspec.structs.replace(first, hazards=(*first.hazards, *risks))
    return msgspec.structs.replace(plan, steps=(told, *others))


def _is_unknown(object: Named, unfilled: Unfilled) -> bool:
    table = ".".join(object.name[:2])
    match object.kind:
        case "bucket":
            return True
        case "table" | "materialized_view":
            return table in unfilled.tables
        case "column":
            return table in unfilled.tables or (table, object.name[-1]) in unfilled.columns
    return False
