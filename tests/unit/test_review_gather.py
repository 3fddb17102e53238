"""A report of the same change has the same bytes, in whichever order the engine came to its resources."""

from __future__ import annotations

import itertools

from supaschema.review.gather import reported
from supaschema.review.model import Operation, Problem, Report
from supaschema.review.preview import Preview, Step
from tests.unit.test_review_markdown import urn

ORDER = (("Table", "b"), ("Table", "a"), ("Policy", "a"), ("View", "z"))


def step(type: str, name: str, operation: Operation = Operation.CREATE) -> Step:
    return Step(operation, urn(name, type), {}, {"type": f"supaschema:index:{type}"})


def test_resources_stand_in_one_order() -> None:
    found = set()
    for steps in itertools.permutations([*itertools.starmap(step, ORDER), step("View", "a", Operation.UPDATE)]):
        problems = tuple(Problem(urn=each.urn, message="it fails") for each in steps)
        found.add(Report(stacks=(reported("staging", Preview(steps, problems, {})),)).json())
    assert len(found) == 1


def test_tables_come_before_what_stands_on_them() -> None:
    steps = (step("View", "a"), step("Table", "b"), step("Table", "a"))
    told = reported("staging", Preview(steps, (), {})).changes
    assert [(change.type, change.name) for change in told] == [("Table", "a"), ("Table", "b"), ("View", "a")]
