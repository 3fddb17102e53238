"""What leaves the program is planned as it goes: after all else of the program has changed."""

from __future__ import annotations

import msgspec

from supaschema.declarations import Column, Function, PrimaryKey, Table
from supaschema.review.model import StackReport, Verdict
from tests.fixtures.postgres import Database
from tests.support.reviewed import deploy, report

ID = Column(name="id", type="uuid", nullable=False)
NUMBER = Function(name="number", returns="integer", body="select 1", language="sql")
COUNTED = Table(
    name="notes",
    columns=(ID, Column(name="count", type="integer", default="public.number()")),
    primary_key=PrimaryKey(columns=("id",)),
)
PLAIN = msgspec.structs.replace(COUNTED, columns=(ID, Column(name="count", type="integer")))
WHOLE = {"number": NUMBER, "notes": COUNTED}


def statements(found: StackReport) -> dict[str, list[str]]:
    return {change.name: [step.sql for step in change.steps] for change in found.changes}


def test_what_stood_on_it_may_let_go_of_it_in_the_same_program(database: Database) -> None:
    deploy(database.url, WHOLE)
    found = report(database.url, WHOLE, {"notes": PLAIN})
    assert found.problems == ()
    assert statements(found) == {
        "notes": ['alter table "public"."notes" alter column "count" drop default'],
        "number": ['drop function "public"."number"()'],
    }


def test_what_goes_on_standing_on_it_is_in_its_way(database: Database) -> None:
    deploy(database.url, WHOLE)
    wider = msgspec.structs.replace(COUNTED, columns=(*COUNTED.columns, Column(name="text", type="text")))
    found = report(database.url, WHOLE, {"notes": wider})
    assert found.verdict is Verdict.FAILS
    assert "column public.notes.count would lose what it stands on" in found.problems[0].message
