"""Of what goes, where nobody knows whether it holds something, a report says so."""

from __future__ import annotations

import pytest

from supaschema.core.plan_record import Difference, Named, PlanRecord, Risk, Step
from supaschema.review.model import Change, Operation, StackReport
from supaschema.review.scratch_copy import Unfilled
from supaschema.review.unknown_rows import with_doubts

URN = "urn:pulumi:staging::app::supaschema:index:Table::jobs"
UNFILLED = Unfilled(frozenset({"public.jobs"}), frozenset({("public.notes", "place")}))
HOLDS = Risk(hazard="TAKES_DATA_OUT_OF_USE", sentence="It holds 2 rows.", refused=True)


def report(kind: str, *name: str, hazards: tuple[Risk, ...] = ()) -> StackReport:
    """Return the report of a change by which one object goes."""
    step = Step(sql="drop it", mode="transaction", phase="structure", about=None, locks=(), hazards=hazards)
    gone = Difference(object=Named(kind=kind, name=name), old={}, new=None)
    plan = PlanRecord(urn=URN, verb="update", differences=(gone,), steps=(step,), notes=(), relations={})
    change = Change(urn=URN, operation=Operation.UPDATE, plan=plan)
    return StackReport(stack="staging", changes=(change,), problems=(), unchanged=0)


@pytest.mark.parametrize(
    "name",
    [
        ("table", "public", "jobs"),
        ("column", "public", "jobs", "state"),
        ("column", "public", "notes", "place"),
        ("bucket", "files"),
    ],
    ids=str,
)
def test_what_goes_and_may_hold_something_is_told(name: tuple[str, ...]) -> None:
    (risk,) = (risk for _, risk in with_doubts(report(*name), UNFILLED).risks())

    assert risk.hazard == "TAKES_DATA_OUT_OF_USE"
    assert "is not known here" in risk.sentence


@pytest.mark.parametrize(
    "told",
    [
        report("table", "public", "notes"),
        report("index", "public", "jobs"),
        report("table", "public", "jobs", hazards=(HOLDS,)),
    ],
    ids=["filled", "holds nothing", "told already"],
)
def test_what_is_known_stays_as_it_is(told: StackReport) -> None:
    assert with_doubts(told, UNFILLED) == told
