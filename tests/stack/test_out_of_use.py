"""Rows, values and files go out of use with consent only, and a preview says how many."""

from __future__ import annotations

import dataclasses

import pytest
from msgspec.structs import replace

from supaschema.declarations import Column, Table, TablePatch
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.declared import TITLE, notes
from tests.support.pulumi import Declared, Stack, previewed, said, summary

HAZARD = "TAKES_DATA_OUT_OF_USE"
CONSENT = {"allow_hazards": [{"hazard": HAZARD}]}
TABLE = Declared("table", notes("notes", TITLE))
WITHOUT = dataclasses.replace(TABLE, declaration=notes("notes"))
SHELF = Column(name="shelf", type="integer")
PATCH = Declared("patch", TablePatch(table="events", columns=(SHELF,)))


@pytest.mark.long
def test_a_column_with_values_goes_with_consent_only(objects: Stack, database: Database) -> None:
    objects.declare(TABLE, PATCH)
    objects.up()
    with database.connect() as owner:
        owner.execute("insert into notes (title) select 'a' from generate_series(1, 1200)")
        owner.execute("insert into notes (title) values (null)")
        owner.execute("update events set shelf = 1 where id in (select id from events order by id limit 2)")
        objects.declare(WITHOUT, dataclasses.replace(PATCH, declaration=TablePatch(table="events")))

        shown = previewed(objects.run("preview", "--json"))
        least = f"{HAZARD}: Column public.notes.title holds at least 1,000 values: the archive keeps"
        assert least in shown.reports["table"]
        assert f"{HAZARD}: Column public.events.shelf holds 2 values: the archive keeps" in shown.reports["patch"]
        refused = said(objects.up(ok=False))
        assert f"supaschema:allowHazards in the stack's settings: {{hazard: {HAZARD}, resource: table}}." in refused
        assert len(column(owner, "select title from notes")) == 1201

        objects.declare(WITHOUT, dataclasses.replace(PATCH, declaration=TablePatch(table="events")), **CONSENT)
        assert summary(objects.up()) == {"updated": 3, "unchanged": 1}
        objects.declare(TABLE, PATCH)
        objects.up()
        assert one(owner, "select count(title) from notes") == 1200


@pytest.mark.long
def test_a_column_without_values_and_a_table_without_rows_go_by_themselves(objects: Stack, database: Database) -> None:
    objects.declare(TABLE, PATCH)
    objects.up()
    with database.connect() as owner:
        owner.execute("insert into notes default values")
        objects.declare(WITHOUT)
        assert HAZARD not in objects.preview()
        objects.up()
        owner.execute("delete from notes")
        objects.declare()
        objects.up()
        assert one(owner, "select to_regclass('public.notes')") is None


def test_a_table_with_rows_goes_with_consent_only(objects: Stack, database: Database) -> None:
    objects.declare(TABLE)
    objects.up()
    with database.connect() as owner:
        owner.execute("insert into notes (title) values ('a')")
        objects.declare()

        assert f"{HAZARD}: Table public.notes holds 1 row: it goes to the archive" in said(objects.up(ok=False))
        assert column(owner, "select title from notes") == ["a"]

        objects.declare(**CONSENT)
        objects.up()
        assert one(owner, "select to_regclass('public.notes')") is None


@pytest.mark.long
def test_a_table_that_has_another_name_goes_with_consent_and_is_shown(objects: Stack, database: Database) -> None:
    assert isinstance(TABLE.declaration, Table)
    objects.declare(TABLE)
    objects.up()
    with database.connect() as owner:
        owner.execute("insert into notes (title) values ('a')")
        objects.declare(dataclasses.replace(TABLE, declaration=replace(TABLE.declaration, name="pages")))

        shown = previewed(objects.run("preview", "--json"))
        assert f"{HAZARD}: Table public.notes holds 1 row: it goes to the archive" in shown.reports["table"]
        assert HAZARD in said(objects.up(ok=False))
        assert column(owner, "select title from notes") == ["a"]


@pytest.mark.long
def test_a_destroy_is_its_own_consent_and_says_what_goes_to_the_archive(objects: Stack, database: Database) -> None:
    objects.declare(TABLE)
    objects.up()
    with database.connect() as owner:
        owner.execute("insert into notes (title) values ('a')")

        assert "Table public.notes holds 1 row: it goes to the archive" in said(objects.destroy())

        assert one(owner, "select to_regclass('public.notes')") is None
        objects.declare(TABLE)
        objects.up()
        assert column(owner, "select title from notes") == ["a"]
        # What runs a program may leave out a resource by mistake: it is told so.
        assert f"allowHazards in the stack's settings: {{hazard: {HAZARD}, resource: table}}" in said(
            objects.destroy("--run-program", ok=False)
        )
