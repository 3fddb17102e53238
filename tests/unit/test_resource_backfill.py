"""Backfill: one that ends, and writes something."""

from dataclasses import dataclass

import pytest

from supaschema.declarations import Backfill
from supaschema.resources.backfill import BackfillResource

RESOURCE = BackfillResource()


@dataclass
class Filled:
    """A back-fill with one thing changed."""

    name: str = "titles"
    table: str = "jobs"
    key: str = "id"
    where: str = "title is null"
    batch_size: int = 5000


def fill(assignments=None, **fields):
    values = vars(Filled(**fields))
    return Backfill(assignments={"title": "'x'"} if assignments is None else assignments, **values)


def test_it_is_the_record_that_it_is_done():
    facts = {fact.id: fact.definition for fact in RESOURCE.facts(fill())}

    assert [str(id) for id in facts] == ["backfill public.jobs.titles"]
    assert RESOURCE.identify(fill()) == "public.jobs/titles"
    assert RESOURCE.imported("public.jobs/titles", facts) == fill()
    assert RESOURCE.lift(facts, fill()) == fill().to_inputs()
    assert RESOURCE.lift({}, fill()) == {}


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (fill(assignments={}), "assignments"),
        (fill(assignments={"title": " "}), "assignments"),
        (fill(assignments={"id": "1"}), "assignments"),
        (fill(where=""), "where"),
        (fill(where="(TRUE)"), "where"),
        (fill(batch_size=0), "batchSize"),
        (fill(batch_size=100_001), "batchSize"),
        (fill(name=""), "name"),
        (fill(key="k" * 64), "key"),
    ],
)
def test_mistakes_are_told(bad, field):
    assert [problem.field for problem in RESOURCE.problems(bad)] == [field]
    assert list(RESOURCE.problems(fill())) == []
