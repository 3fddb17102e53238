"""What belongs to others: refused by the program's own preview, and told by the search for drift."""

from __future__ import annotations

import pytest

from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.catalog import dump
from tests.support.declared import notes
from tests.support.pulumi import Declared, Stack, said


@pytest.mark.long
def test_a_schema_that_a_stranger_made_is_not_adopted(
    connectors: Stack, database: Database, stranger: Stranger
) -> None:
    stranger.connection.execute("create schema private; grant all on schema private to public")
    before = dump(database)

    assert "schema private belongs to stranger, who may put anything in its place" in connectors.preview(ok=False)
    assert "schema private belongs to stranger" in said(connectors.run("up", "--yes", ok=False))

    assert dump(database) == before


@pytest.mark.long
def test_an_owner_that_was_changed_since_is_told_by_the_search_for_drift(
    objects: Stack, database: Database, stranger: Stranger
) -> None:
    objects.declare(Declared("notes", notes()))
    objects.up()
    assert objects.clean()
    stranger.platform.execute("grant create on schema public to stranger; alter table public.notes owner to stranger")

    done = objects.run("preview", "--refresh", "--expect-no-changes", ok=False)

    assert "table public.notes belongs to stranger, who may put anything in its place" in said(done)


@pytest.mark.long
def test_a_trigger_of_a_stranger_on_a_managed_table_is_told_by_the_search_for_drift(
    objects: Stack, database: Database, stranger: Stranger
) -> None:
    objects.declare(Declared("notes", notes()))
    objects.up()
    stranger.platform.execute("grant trigger on public.notes to stranger; grant usage on schema public to stranger")
    stranger.connection.execute(
        "create trigger planted before insert on public.notes for each row execute function strange.fired()"
    )

    found = said(objects.run("preview", "--refresh", "--expect-no-changes"))

    told = "trigger planted on table public.notes calls function strange.fired() of stranger: it runs with the rights"
    assert told in found
    assert told in said(objects.run("refresh", "--preview-only"))
    assert stranger.ran() == []
