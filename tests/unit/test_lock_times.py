"""A lock is held until the end of its transaction, whatever that does meanwhile to others."""

from __future__ import annotations

import msgspec
import pytest

from supaschema.core.plan_record import Size, Step, TakenLock
from supaschema.review.lock_times import Held, Work, held
from supaschema.review.lock_words import lock_lines
from supaschema.review.model import StackReport
from supaschema.review.phrases import Code
from supaschema.review.trial_result import Measured, Trial
from tests.unit.test_review_markdown import change, stack

SIZES = {name: Size(rows=1_000, bytes=3_500_000, reads=7, writes=1) for name in ("public.jobs", "public.notes")}


def step(
    relation: str,
    *,
    mode: str = "transaction",
    scans: bool = False,
    rewrites: bool = False,
    lock: str = "ACCESS EXCLUSIVE",
) -> Step:
    taken = TakenLock(relation=relation, mode=lock, scans=scans, rewrites=rewrites)
    return Step(sql="do it", mode=mode, phase=None, about=None, locks=(taken,), hazards=())


def report(*steps: Step) -> StackReport:
    made = change("jobs", *steps)
    assert made.plan is not None
    return stack(msgspec.structs.replace(made, plan=msgspec.structs.replace(made.plan, relations=SIZES)))


def works(*steps: Step) -> list[tuple[Work, ...]]:
    found: tuple[Held, ...] = held(report(*steps))["public.jobs"]
    return [each.works for each in found]


def test_it_is_held_while_its_transaction_reads_another_relation() -> None:
    reads = Work("public.notes", rewrites=False)
    assert works(step("public.jobs"), step("public.notes", scans=True)) == [(reads,)]
    said = " ".join(
        str(part) for line in lock_lines(report(step("public.jobs"), step("public.notes", scans=True))) for part in line
    )
    assert "(3.3 MB) is read" in said


def test_what_was_measured_is_summed_until_its_transaction_ends() -> None:
    steps = (step("public.jobs"), step("public.notes", scans=True), step("public.notes", mode="alone"))
    made = report(*(msgspec.structs.replace(each, sql=f"step {place}") for place, each in enumerate(steps)))
    measured = tuple(Measured(sql=f"step {place}", seconds=seconds) for place, seconds in enumerate((0.2, 1.05, 7.0)))
    trial = Trial(attempts=(), access=None, not_tried=(), rows={"public.jobs": 2_000}, measured=measured)
    lines = lock_lines(msgspec.structs.replace(made, trial=trial))
    (jobs,) = (line for line in lines if line[0] == Code("public.jobs"))
    assert str(jobs[-1]) == " (all reads and writes of it wait; 1.2 s as measured with 2,000 rows)"


@pytest.mark.parametrize(
    ("made_up", "told"),
    [
        (500, "; 4 s as measured with 500 rows, and about 8 s with the rows here if that grows as they do)"),
        (1_000, "; 4 s as measured with 1,000 rows)"),
        (None, "; for how long is not known)"),
    ],
)
def test_a_rewrite_is_told_with_the_time_that_a_trial_gives_it(made_up: int | None, told: str) -> None:
    rewrite = step("public.jobs", rewrites=True)
    rows = {"public.jobs": made_up} if made_up else {}
    trial = Trial(attempts=(), access=None, not_tried=(), rows=rows, measured=(Measured(sql=rewrite.sql, seconds=4.0),))
    ((*_, said),) = lock_lines(msgspec.structs.replace(report(rewrite), trial=trial))

    assert str(said) == f" (all reads and writes of it wait{told}"


def test_a_read_beside_which_everybody_goes_on_is_told_without_a_time() -> None:
    building = step("public.jobs", mode="alone", lock="SHARE UPDATE EXCLUSIVE", scans=True)
    ((*_, said),) = lock_lines(report(building))

    assert str(said) == " (reads and writes of it go on)"


def test_what_was_read_before_it_or_in_another_transaction_is_not_waited_for() -> None:
    assert works(step("public.notes", scans=True), step("public.jobs")) == [()]
    for mode in ("own transaction", "alone", "batches"):
        assert works(step("public.jobs"), step("public.notes", mode=mode, scans=True)) == [()]
    assert works(step("public.notes", mode="alone", scans=True), step("public.jobs")) == [()]


def test_a_statement_outside_of_a_transaction_holds_nothing_for_the_next_one() -> None:
    assert works(step("public.jobs", mode="alone"), step("public.notes", scans=True)) == [()]
