"""Two deployments to one database at the same time: one after the other, and both whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from supaschema.declarations import Column, Index, TablePatch
from supaschema.ledger.writers import KEY
from tests.fixtures.postgres import Database
from tests.support.pulumi import Declared, Stack, object_stack, said
from tests.support.survey import schema

MINE = (
    Declared("column", TablePatch(table="users", columns=(Column(name="note", type="text"),))),
    Declared("index", Index(name="users_note", table="users", keys=("note",)), after=("column",)),
)
THEIRS = (
    Declared("column", TablePatch(table="users", columns=(Column(name="mark", type="text"),))),
    Declared("index", Index(name="users_mark", table="users", keys=("mark",)), after=("column",)),
)


@pytest.mark.long
def test_two_stacks_deployed_at_once_are_both_whole(objects: Stack, database: Database) -> None:
    before = schema(database)
    other = object_stack(objects.directory.parent / "other", database.url, "other")
    objects.declare(*MINE)
    other.declare(*THEIRS)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(Stack.up, (objects, other)))
    assert objects.clean()
    assert other.clean()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(Stack.destroy, (objects, other)))

    assert schema(database) == before


@pytest.mark.long
def test_providers_of_one_program_deploy_to_one_database_together(objects: Stack, database: Database) -> None:
    before = schema(database)
    objects.declare(*(replace(item, beside=item.name == "index") for item in MINE), lock_wait="3s")

    objects.up()

    assert objects.clean()
    objects.destroy()
    assert schema(database) == before


@pytest.mark.long
def test_a_deployment_that_waited_too_long_for_another_names_it(objects: Stack, database: Database) -> None:
    before = schema(database)
    objects.declare(*MINE, lock_wait="1s")
    with database.connect() as other:
        other.execute("set application_name = 'another deployment'")
        other.execute("select pg_advisory_lock(%s)", [KEY])

        refused = said(objects.up(ok=False))

        assert "another deployment is writing to this database" in refused
        assert f"process {other.info.backend_pid} (another deployment, user postgres)" in refused
    assert schema(database) == before
