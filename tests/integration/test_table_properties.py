"""How a table is stored and replicated: declared, kept, and imported."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.core.model import Hazard
from supaschema.declarations import Column, InlineIndex, PrimaryKey, Table
from supaschema.registry import RESOURCES
from tests.fixtures.postgres import Database
from tests.support.objects import Objects, managed

PLAIN = Table(
    name="notes",
    columns=(Column(name="id", type="bigint", nullable=False), Column(name="code", type="text", nullable=False)),
    primary_key=PrimaryKey(columns=("id",)),
    indexes=(InlineIndex(name="notes_code", keys=("code",), unique=True),),
)
NOTES = replace(
    PLAIN,
    options={"fillfactor": "70", "toast.autovacuum_enabled": "false"},
    unlogged=True,
    replica_identity="index notes_code",
    clustered="notes_code",
)
USUAL = replace(PLAIN, options={}, unlogged=False, replica_identity="default", clustered="", tablespace="pg_default")


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    with managed(database.url) as objects:
        yield objects


def test_what_is_declared_is_made_and_what_is_not_stays(database: Database, objects: Objects):
    objects.apply(NOTES)

    assert objects.preview(NOTES).empty
    assert objects.imported(NOTES) == NOTES
    assert objects.preview(PLAIN).empty
    with database.connect() as connection:
        connection.execute("insert into public.notes values (1, 'a')")
    plan = objects.apply(USUAL)
    assert [note.hazard for it in plan.statements for note in it.hazards] == [Hazard.REWRITES_TABLE]
    assert objects.imported(NOTES) == PLAIN


def test_a_replica_identity_is_one_of_four():
    said = replace(PLAIN, replica_identity="half")

    (problem,) = RESOURCES["supaschema:index:Table"].problems(said)

    assert '"half" is no replica identity' in str(problem)
