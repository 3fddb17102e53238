"""What a reviewer is told of an enum type whose labels change: of one that comes, and of one that goes."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from supaschema.declarations import Column, EnumType, PrimaryKey, Table, View
from supaschema.review.markdown import markdown
from supaschema.review.model import Report, Verdict
from tests.fixtures.postgres import Database
from tests.support.golden import golden
from tests.support.reviewed import deploy, report, sized

GOLDEN = Path(__file__).parent / "golden" / "enum_types"
STATE = EnumType(name="state", labels=("open", "waiting", "closed"))
TICKETS = Table(
    name="tickets",
    columns=(
        Column(name="id", type="bigint", nullable=False),
        Column(name="state", type="public.state", nullable=False, default="'open'::public.state"),
    ),
    primary_key=PrimaryKey(columns=("id",)),
)
OPEN = View(name="open_tickets", query="select id, state from public.tickets where state = 'open'")
PROGRAM = {"state": STATE, "tickets": TICKETS, "open_tickets": OPEN}
CHANGES = {
    "label_added": (("open", "waiting", "urgent", "closed"), Verdict.APPLIES),
    "label_dropped": (("open", "closed"), Verdict.REFUSED),
    "labels_ordered_anew": (("closed", "waiting", "open"), Verdict.REFUSED),
}


@pytest.mark.parametrize("name", CHANGES)
def test_it_is_told_as_the_file_says(database: Database, name: str) -> None:
    labels, verdict = CHANGES[name]
    deploy(database.url, PROGRAM)

    found = report(database.url, PROGRAM, {**PROGRAM, "state": msgspec.structs.replace(STATE, labels=labels)})

    assert found.problems == ()
    assert found.verdict is verdict
    golden(GOLDEN / f"{name}.markdown", markdown(Report(stacks=(sized(found),))))
