"""Statements of the author's own, in exports, in snapshots and what is rebuilt of them, and to those who only read."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from localdb import platform
from supaschema.comparison.scope import Scope as Compared
from supaschema.core.model import ObjectId
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import ObjectSet, Sql
from supaschema.drift.model import Topic
from supaschema.drift.sweep import swept
from supaschema.export.declare import declarations_of
from supaschema.export.reading import read
from supaschema.portable.rebuild import rebuilt, settings_for
from supaschema.portable.take import taken
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database, Server, create
from tests.support.catalog import one
from tests.support.objects import managed

WORDS = Sql(
    name="words",
    up="create text search dictionary public.odd (template = pg_catalog.simple)",
    check="select exists (select from pg_catalog.pg_ts_dict where dictname = 'odd')",
    down="drop text search dictionary public.odd",
)
ROWS = Sql(
    name="rows",
    up="insert into supaschema_archive.nowhere values (1)",
    check="select exists (select from public.users)",
)
ID = ObjectId("sql", ("words",))


@pytest.fixture
def words(database: Database) -> Iterator[Managed]:
    """A database with statements, and rows that one of them would have made."""
    with managed(database.url) as objects:
        objects.apply(ObjectSet(objects=(WORDS, ROWS)))
    found = Managed(Settings(database.url))
    yield found
    found.close()


@pytest.fixture
def empty(server: Server) -> Iterator[Database]:
    """A database with the platform and nothing else."""
    yield create(server, "scratch_statements")
    platform.drop_database(server.superuser_url, "scratch_statements")


def test_an_export_names_them_and_declares_none(words: Managed):
    found = declarations_of(read(words, KINDS))

    assert not any(isinstance(item, Sql) for item in found.declared)
    assert ID in {item.id for item in found.left_out}
    assert not Compared().has(ID)


def test_they_are_run_in_what_is_rebuilt_and_what_fails_there_is_named(words: Managed, empty: Database):
    snapshot = taken(words, KINDS)
    scratch = Managed(settings_for(empty.url))
    try:
        found = rebuilt(scratch, snapshot, KINDS)
    finally:
        scratch.close()

    assert [item.name for item in found.failures if item.name.startswith("sql ")] == ["sql rows"]
    with empty.connect() as connection:
        assert one(connection, WORDS.check) is True
        assert one(connection, "select array_agg(name::text) from supaschema.statements") == ["words"]


def test_who_only_reads_sweeps_them_or_is_told_that_it_cannot(words: Managed, database: Database):
    url = database.url.replace("postgres:", "sweeper:", 1)
    with database.connect_superuser() as owner:
        password = psycopg.conninfo.conninfo_to_dict(url)["password"]
        owner.execute(f"create role sweeper login password '{password}'".encode())
        owner.execute("grant usage on schema supaschema to sweeper")
        owner.execute("grant select on supaschema.identity, supaschema.recorded to sweeper")
        owner.execute("grant execute on function supaschema.archived() to sweeper")
        looking = Managed(Settings(url))
        try:
            hidden = [item for item in swept(looking, KINDS).of(Topic.UNTOLD) if item.title.startswith("sql ")]
            owner.execute("grant select on supaschema.statements to sweeper")
            owner.execute("drop text search dictionary public.odd")
            told = {item.title: item for item in swept(looking, KINDS).findings}
        finally:
            looking.close()
            owner.execute("drop owned by sweeper")
            owner.execute("drop role sweeper")

    assert [item.title for item in hidden] == ["sql rows", "sql words"]
    assert "this role is not shown the rows of supaschema.statements" in str(hidden[0])
    assert told["sql words"].topic is Topic.CHANGED
    assert "permission denied" in str(told["sql rows"])
