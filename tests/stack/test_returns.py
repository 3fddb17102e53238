"""What a program no longer declares goes, and comes back with its values once it is declared again."""

from __future__ import annotations

import pytest

from supaschema.declarations import Check, Column, TablePatch
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.declared import TITLE, notes
from tests.support.pulumi import Declared, Stack, previewed, summary
from tests.support.survey import schema

SHELF = Column(name="shelf", type="integer", default="0", nullable=False)
KIND = Column(name="kind", type="text", default="'plain'")
KNOWN = Check(name="events_kind_check", expression="kind in ('plain', 'odd')")
CONSENTS = [{"hazard": "TAKES_DATA_OUT_OF_USE"}]
VALUES = "select array[shelf::text, kind] from events order by id"


def patch(*columns: Column, checks: tuple[Check, ...] = ()) -> Declared:
    """Add columns and checks to a table of the application."""
    return Declared("events", TablePatch(table="events", columns=columns, checks=checks))


@pytest.mark.long
def test_columns_and_tables_go_and_come_back_with_what_they_held(objects: Stack, database: Database) -> None:
    before = schema(database)
    whole = (patch(SHELF, KIND, checks=(KNOWN,)), Declared("notes", notes("notes", TITLE)))
    objects.declare(*whole, allow_hazards=CONSENTS)
    objects.up()
    with database.connect() as owner:
        owner.execute("update events set shelf = 7, kind = case when processed then 'odd' end")
        owner.execute("insert into notes (title) values ('One'), ('Two')")
        held, titles = column(owner, VALUES), column(owner, "select title from notes order by 1")

        objects.declare(patch(SHELF), allow_hazards=CONSENTS)
        shown = previewed(objects.run("preview", "--json"))
        assert shown.operations == {"events": "update", "notes": "delete"}
        assert shown.paths["events"] == {"columns[1]", "checks"}
        assert summary(objects.up()) == {"updated": 1, "deleted": 1, "unchanged": 2}
        assert one(owner, "select to_regclass('public.notes')") is None
        assert set(column(owner, "select shelf from events")) == {7}
        assert objects.clean()

        objects.declare(*whole, allow_hazards=CONSENTS)
        objects.up()
        assert column(owner, VALUES) == held
        assert column(owner, "select title from notes order by 1") == titles
        assert objects.clean()

        owner.execute("delete from notes")
    objects.destroy()
    assert schema(database) == before
