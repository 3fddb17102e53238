"""Whether what would be run is what was approved."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from supaschema.core.errors import SupaschemaError
from supaschema.core.plan_record import Difference, Named, PlanRecord, Size, Step, TakenLock
from supaschema.gate.approval import needless, not_approved, of_stack
from supaschema.review.model import Change, Operation, Report, StackReport

URN = "urn:pulumi:staging::app::supaschema:index:Table::jobs"
LOCK = TakenLock(relation="public.jobs", mode="ACCESS EXCLUSIVE", scans=False, rewrites=False)
STEP = Step(
    sql="alter table jobs add a int", mode="transaction", phase="structure", about=None, locks=(LOCK,), hazards=()
)
PLAN = PlanRecord(
    urn=URN,
    verb="update",
    differences=(Difference(object=Named(kind="column", name=("public", "jobs", "a")), old=None, new={"type": "int"}),),
    steps=(STEP,),
    notes=(),
    relations={"public.jobs": Size(rows=1, bytes=2, reads=3, writes=4)},
)
CHANGE = Change(urn=URN, operation=Operation.UPDATE, plan=PLAN)
replace = msgspec.structs.replace


def stack(*changes: Change) -> StackReport:
    return StackReport(stack="staging", changes=changes, problems=(), unchanged=0)


def test_a_table_that_grew_is_as_it_was_approved():
    grown = replace(CHANGE, plan=replace(PLAN, relations={"public.jobs": Size(rows=9, bytes=9, reads=9, writes=9)}))

    assert not_approved(stack(CHANGE), stack(grown)) == ()


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ((CHANGE, replace(CHANGE, urn=f"{URN}2")), "update of Table jobs2: nothing of it was approved"),
        ((replace(CHANGE, operation=Operation.REPLACE),), "update was approved"),
        ((replace(CHANGE, plan=None),), "what would be run is not known"),
        ((replace(CHANGE, plan=replace(PLAN, steps=(replace(STEP, sql="select 1"),))),), "it is now: select 1"),
        ((replace(CHANGE, plan=replace(PLAN, steps=(replace(STEP, sql="drop table jobs"),))),), "statement 1 differs"),
        (
            (replace(CHANGE, plan=replace(PLAN, steps=(replace(STEP, locks=(replace(LOCK, rewrites=True),)),))),),
            "statement 1 runs otherwise",
        ),
        ((replace(CHANGE, plan=replace(PLAN, steps=(STEP, STEP))),), "1 statements were approved, 2 would be run"),
        (
            (replace(CHANGE, plan=replace(PLAN, differences=(replace(PLAN.differences[0], old={"type": "text"}),))),),
            "the objects are not what they were",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_was_not_approved_is_told(now: tuple[Change, ...], told: str):
    (difference,) = not_approved(stack(CHANGE), stack(*now))

    assert told in difference


def test_what_nobody_planned_was_not_approved():
    unplanned = replace(CHANGE, plan=None)

    assert not_approved(stack(unplanned), stack(unplanned)) == (
        "update of Table jobs: what would be run was not known",
    )


def test_what_was_done_meanwhile_needs_no_approval():
    assert not_approved(stack(CHANGE), stack()) == ()
    assert needless(stack(CHANGE), stack()) == ("update of Table jobs",)
    assert needless(stack(CHANGE), stack(CHANGE)) == ()


def test_a_report_comes_back_from_its_file(tmp_path: Path):
    path = tmp_path / "report.json"
    path.write_text(Report(stacks=(stack(CHANGE),)).json(), encoding="utf-8")

    assert of_stack(path, "staging") == stack(CHANGE)
    with pytest.raises(SupaschemaError, match="nothing of stack prod"):
        of_stack(path, "prod")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "cannot be read"),
        ("no json", "is no report"),
        ("[]", "is no report"),
        ('{"version": 99, "stacks": 1}', "of version 99"),
        ('{"version": 1, "stacks": [{}]}', "is no report"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path: Path, text: str | None, told: str):
    path = tmp_path / "report.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")

    with pytest.raises(SupaschemaError, match=told):
        of_stack(path, "staging")
