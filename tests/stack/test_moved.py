"""A resource that gets another URN keeps its objects: renamed, moved into a component, moved to another stack."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from supaschema.command.cli import main
from supaschema.command.outcome import Exit
from supaschema.declarations import Column, Grant, InlineAccess, Privilege, TableAccess, TablePatch
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.declared import TITLE, notes, statements, urn
from tests.support.pulumi import Declared, Stack, said, summary
from tests.support.sessions import Connection
from tests.support.survey import schema

FIRST = Declared("first", notes("notes", TITLE))
RENAMED = Declared("second", notes("notes", TITLE), aliases=(urn(FIRST),))


@pytest.fixture
def watcher(database: Database) -> Iterator[Connection]:
    """A superuser's connection to the test's database."""
    with database.connect_superuser() as connection:
        yield connection


def owners(watcher: Connection) -> list[object]:
    """Return the URNs that the ledger holds."""
    return column(watcher, "select distinct urn from supaschema.objects order by 1")


@pytest.mark.long
def test_a_resource_moves_into_a_component(objects: Stack, database: Database, watcher: Connection) -> None:
    before = schema(database)
    objects.declare(FIRST)
    objects.up()
    ran = statements(watcher)

    inside = dataclasses.replace(FIRST, group="all", aliases=(urn(FIRST),))
    objects.declare(inside)
    objects.up()

    assert objects.clean()
    assert owners(watcher) == [urn(inside)]
    assert statements(watcher) == ran
    objects.destroy()
    assert schema(database) == before


@pytest.mark.long
def test_a_resource_moves_to_another_stack(objects: Stack, database: Database, watcher: Connection) -> None:
    before = schema(database)
    objects.declare(FIRST)
    objects.up()
    ran = statements(watcher)
    other = objects.sibling("other")
    other.declare()
    other.up()

    objects.run("state", "move", "--yes", "--source", objects.name, "--dest", other.name, urn(FIRST))
    other.declare(FIRST)
    assert summary(other.up())["updated"] == 1

    assert other.clean()
    assert owners(watcher) == [urn(FIRST, "other")]
    assert statements(watcher) == ran
    objects.destroy()
    assert "notes" in schema(database)
    other.destroy()
    assert schema(database) == before


@pytest.mark.long
def test_two_resources_become_one_and_a_part_of_it_another(
    objects: Stack, database: Database, watcher: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = schema(database)
    patch = TablePatch(table="jobs", columns=(Column(name="hidden", type="boolean", default="false"),))
    grants = (Grant(to="service_role", privileges=(Privilege.ALL,)),)
    apart = (Declared("patch", patch), Declared("access", TableAccess(table="jobs", grants=grants)))
    objects.declare(*apart)
    objects.up()
    ran, made = statements(watcher), schema(database)

    together = Declared("patch", msgspec.structs.replace(patch, access=InlineAccess(grants=grants)))
    objects.declare(together)
    refused = said(objects.run("up", "--yes", "--skip-preview", ok=False))
    assert f"python -m supaschema move --from {urn(apart[1])} --to {urn(together)}" in refused
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", database.url)
    assert main(["move", "--from", urn(apart[1]), "--to", urn(together), "--yes"]) == Exit.DONE
    assert summary(objects.up())["deleted"] == 1
    assert objects.clean()

    column_alone = Declared("column", patch)
    rest = Declared("patch", msgspec.structs.replace(together.declaration, columns=()))
    moving = ["--from", urn(rest), "--to", urn(column_alone), "column public.jobs.hidden"]
    assert main(["move", *moving, "--yes"]) == Exit.DONE
    objects.declare(column_alone, rest)
    objects.up()
    assert objects.clean()
    assert (statements(watcher), schema(database)) == (ran, made)
    objects.destroy()
    assert schema(database) == before


@pytest.mark.long
def test_a_state_that_never_learned_of_the_new_name_loses_nothing(
    objects: Stack, database: Database, watcher: Connection, tmp_path: Path
) -> None:
    before = schema(database)
    objects.declare(FIRST)
    objects.up()
    saved = tmp_path / "state.json"
    saved.write_text(objects.state(), encoding="utf-8")
    objects.declare(RENAMED)
    objects.up()

    # As after a deployment that was killed before it wrote its state.
    objects.run("stack", "import", "--file", str(saved))
    objects.up()
    assert objects.clean()
    assert owners(watcher) == [urn(RENAMED)]

    objects.run("stack", "import", "--file", str(saved))
    objects.run("state", "rename", urn(FIRST), RENAMED.name, "--yes")
    objects.destroy()
    assert schema(database) == before
