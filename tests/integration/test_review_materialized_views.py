"""What a reviewer is told of a materialized view that another query is declared for."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from supaschema.declarations import Column, InlineIndex, MaterializedView, PrimaryKey, Table, View
from supaschema.review.markdown import markdown
from supaschema.review.model import Report
from tests.fixtures.postgres import Database
from tests.support.golden import golden
from tests.support.reviewed import deploy, report

GOLDEN = Path(__file__).parent / "golden" / "materialized_views"
NOTES = Table(
    name="notes",
    columns=(Column(name="id", type="bigint", nullable=False), Column(name="org", type="integer")),
    primary_key=PrimaryKey(columns=("id",)),
)
COUNTED = MaterializedView(
    name="counted",
    query="select org, count(*) as notes from public.notes group by org",
    indexes=(InlineIndex(name="counted_org", keys=("org",), unique=True),),
)
MOST = View(name="most", query="select org from public.counted where notes > 1")
PROGRAM = {"notes": NOTES, "counted": COUNTED, "most": MOST}


def test_another_query_is_told_with_what_steps_aside(database: Database) -> None:
    deploy(database.url, PROGRAM)
    with database.connect() as owner:
        owner.execute("insert into public.notes values (1, 1), (2, 1); refresh materialized view public.counted")

    changed = replace(COUNTED, query="select org, count(*) as notes from public.notes where id > 0 group by org")
    found = report(database.url, PROGRAM, {**PROGRAM, "counted": changed})

    assert found.problems == ()
    golden(GOLDEN / "another_query.markdown", markdown(Report(stacks=(found,))))
