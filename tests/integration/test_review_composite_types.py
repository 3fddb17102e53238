"""What a reviewer is told of a composite type with columns: of an attribute that comes, and of one that goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from supaschema.declarations import Column, CompositeAttribute, CompositeType, PrimaryKey, Table, View
from supaschema.review.markdown import markdown
from supaschema.review.model import Report, Verdict
from tests.fixtures.postgres import Database
from tests.support.golden import golden
from tests.support.reviewed import deploy, report, sized
from tests.support.sessions import Connection

GOLDEN = Path(__file__).parent / "golden" / "composites"
STREET, CITY = (CompositeAttribute(name=name, type="text") for name in ("street", "city"))
PLACE = CompositeType(name="place", attributes=(STREET,))
MORE = replace(PLACE, attributes=(STREET, CITY))
SHOPS = Table(
    name="shops",
    columns=(Column(name="id", type="bigint", nullable=False), Column(name="place", type="public.place")),
    primary_key=PrimaryKey(columns=("id",)),
)
STREETS = View(name="streets", query="select (null::public.place).street as street")
CHANGES = {
    "attribute_added": (PLACE, MORE, SHOPS, Verdict.APPLIES),
    "attribute_dropped": (MORE, PLACE, SHOPS, Verdict.REFUSED),
    "type_changed": (
        PLACE,
        replace(PLACE, attributes=(replace(STREET, type="varchar(80)"),)),
        STREETS,
        Verdict.APPLIES,
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_it_is_told_as_the_file_says(database: Database, connection: Connection, name: str) -> None:
    before, after, beside, verdict = CHANGES[name]
    program = {"place": before, "beside": beside}
    deploy(database.url, program)
    if beside is SHOPS:
        connection.execute(
            "insert into public.shops (id, place) select n, jsonb_populate_record(null::public.place, "
            "jsonb_build_object('street', n, 'city', n)) from generate_series(1, 3) n"
        )

    found = report(database.url, program, {**program, "place": after})

    assert found.problems == ()
    assert found.verdict is verdict
    golden(GOLDEN / f"{name}.markdown", markdown(Report(stacks=(sized(found),))))
