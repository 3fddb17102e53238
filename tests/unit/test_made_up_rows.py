"""A report never counts rows that were made up as if they were anybody's."""

from __future__ import annotations

import msgspec
import pytest

from supaschema.core.plan_record import Holding, Risk, Size
from supaschema.review.made_up_rows import by_statistics
from tests.unit.test_review_markdown import change, stack, step

MANY = {"public.jobs": Size(rows=8_400, bytes=5_200_000, reads=9, writes=1)}
UNKNOWN = {"public.jobs": Size(rows=-1, bytes=5_200_000, reads=9, writes=1)}


def counted(unit: str) -> Risk:
    held = Holding(holder="It", relation="public.jobs", unit=unit, consequence="it goes.")
    return Risk(hazard="TAKES_DATA_OUT_OF_USE", sentence=f"It holds 2 {unit}s: it goes.", refused=True, held=held)


@pytest.mark.parametrize(
    ("unit", "sizes", "said"),
    [
        ("row", MANY, "It holds about 8,400 rows: it goes."),
        ("value", MANY, "It may hold values, in up to about 8,400 rows: it goes."),
        ("row", UNKNOWN, "It may hold rows: it goes."),
        ("file", {}, "It may hold files: it goes."),
    ],
)
def test_a_sentence_that_counts_is_said_by_the_statistics(unit: str, sizes: dict[str, Size], said: str) -> None:
    told = by_statistics(stack(change("jobs", step("drop it", counted(unit)))), sizes)
    assert [risk.sentence for _, risk in told.risks()] == [said]


def test_sizes_are_those_of_the_real_database_and_all_else_stays() -> None:
    report = stack(change("jobs", step("drop it", msgspec.structs.replace(counted("row"), held=None))))
    told = by_statistics(report, MANY)
    assert told.sizes() == MANY
    assert [risk.sentence for _, risk in told.risks()] == ["It holds 2 rows: it goes."]


def test_what_was_found_among_rows_that_were_made_up_is_not_told() -> None:
    made = change("jobs", step("alter it"))
    assert made.plan is not None
    notes = ("2 rows of jobs hold NULL: they are in the way.", "It is taken over.")
    plan = msgspec.structs.replace(made.plan, asked=("rows of jobs hold NULL",), notes=notes)
    told = by_statistics(stack(msgspec.structs.replace(made, plan=plan)), MANY)
    assert [each.plan and each.plan.notes for each in told.changes] == [("It is taken over.",)]
