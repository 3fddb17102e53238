"""What a reviewer is told of a domain with columns: of a check that comes, and of NULL that it comes to refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from supaschema.declarations import Column, Domain, DomainCheck, PrimaryKey, Table
from supaschema.review.markdown import markdown
from supaschema.review.model import Report, Verdict
from tests.fixtures.postgres import Database
from tests.support.golden import golden
from tests.support.reviewed import deploy, report, sized

GOLDEN = Path(__file__).parent / "golden" / "domains"
POSITIVE = DomainCheck(name="positive", expression="value > 0")
SCORE = Domain(name="score", type="integer", checks=(POSITIVE,))
GAMES = Table(
    name="games",
    columns=(Column(name="id", type="bigint", nullable=False), Column(name="score", type="public.score")),
    primary_key=PrimaryKey(columns=("id",)),
)
STRICT = replace(SCORE, nullable=False, default="1")
CHANGES = {
    "check_added": (SCORE, replace(SCORE, checks=(POSITIVE, DomainCheck(name="small", expression="value < 100")))),
    "check_dropped": (SCORE, replace(SCORE, checks=())),
    "null_refused": (SCORE, STRICT),
    "null_admitted": (STRICT, SCORE),
}


@pytest.mark.parametrize("name", CHANGES)
def test_it_is_told_as_the_file_says(database: Database, name: str) -> None:
    before, after = CHANGES[name]
    program = {"score": before, "games": GAMES}
    deploy(database.url, program)

    found = report(database.url, program, {**program, "score": after})

    assert found.problems == ()
    assert found.verdict is Verdict.APPLIES
    golden(GOLDEN / f"{name}.markdown", markdown(Report(stacks=(sized(found),))))
