"""Extensions among what other resources declare: adopted, needed, moved, and refused where they cannot be."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from msgspec.structs import replace

from supaschema.core.errors import DependencyError, PreconditionError
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import Column, Extension, Index, Schema, Table
from supaschema.drift.sweep import swept
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.declared import notes
from tests.support.objects import managed
from tests.support.sessions import Connection

TOOLS = Schema(name="tools")
CITEXT = Extension(name="citext", schema="tools")
NOTES = notes("notes", Column(name="mail", type="tools.citext"))
THERE = "select extname from pg_extension where extname = any ('{citext,pg_trgm}') order by 1"


def test_one_that_is_there_is_adopted_and_stays_when_its_resource_goes(database: Database, connection: Connection):
    declared = Extension(name="pg_trgm", comment="for searches")
    with managed(database.url) as objects:
        assert objects.imported(declared) == Extension(
            name="pg_trgm",
            schema="extensions",
            comment="text similarity measurement and index searching based on trigrams",
        )
        assert objects.preview(replace(declared, comment=None)).empty
        objects.apply(replace(declared, comment=None))
        objects.remove(declared)

    assert column(connection, THERE) == ["pg_trgm"]


def test_one_that_was_made_goes_when_its_resource_goes(database: Database, connection: Connection):
    with managed(database.url) as objects:
        for declared in (TOOLS, CITEXT, NOTES):
            objects.apply(declared)
        assert objects.preview(CITEXT).empty
        assert objects.lifted(CITEXT)["schema"] == "tools"
        with pytest.raises(DependencyError, match=r"cannot be dropped: column public\.notes\.mail would lose"):
            objects.removal(CITEXT)
        with pytest.raises(DependencyError, match=r"cannot be dropped: .*extension citext would lose"):
            objects.removal(TOOLS)
        objects.remove(NOTES)
        with database.connect() as owner:
            owner.execute("create type tools.pair as (one tools.citext, other tools.citext)")
            with pytest.raises(PreconditionError, match=r"brings: column one of composite type tools\.pair"):
                objects.removal(CITEXT)
            owner.execute("drop type tools.pair")
        objects.remove(CITEXT)
        objects.remove(TOOLS)

    assert column(connection, THERE) == ["pg_trgm"]


@pytest.mark.parametrize("by_platform", [False, True])
def test_what_the_archive_holds_keeps_only_what_the_platform_made(database: Database, *, by_platform: bool):
    with managed(database.url) as objects:
        for declared in (TOOLS, CITEXT, NOTES):
            objects.apply(declared)
        with database.connect_superuser() as platform:
            platform.execute("insert into public.notes (mail) values ('A@b')")
            if by_platform:
                platform.execute("update pg_extension set extowner = 10 where extname = 'citext'")
        objects.remove(NOTES)
        if by_platform:
            with pytest.raises(PreconditionError, match=r"brings: column mail of table supaschema_archive"):
                objects.removal(CITEXT)
            return
        objects.remove(CITEXT)
        objects.apply(CITEXT)
        objects.apply(NOTES)
        with database.connect() as owner:
            assert column(owner, "select mail from public.notes where mail operator(tools.=) 'a@B'") == ["A@b"]


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        (
            Extension(name="no_such", schema="public"),
            "making extension no_such: this server has no files of it",
        ),
        (Extension(name="citext"), "making extension citext: its control file names no schema; declare one"),
        (Extension(name="citext", schema="nowhere"), "there is no schema nowhere"),
        (Extension(name="dblink", schema="public"), "making extension dblink: a superuser makes it"),
        (
            Extension(name="pg_trgm", schema="public"),
            "moving extension pg_trgm to another schema: this role does not own",
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Extension) else "",
)
def test_what_cannot_be_is_refused_in_the_preview(database: Database, declared: Extension, says: str):
    with managed(database.url) as objects, pytest.raises(Exception, match=says):
        objects.preview(declared)


def test_what_names_its_schema_waits_for_it_in_the_preview_too(database: Database):
    with managed(database.url) as objects:
        index = Index(name="notes_mail", table="notes", keys=("mail tools.citext_ops",))
        for declared in (TOOLS, CITEXT, NOTES, index):
            objects.declare(declared)
            assert not objects.preview(declared).empty
        for declared in (TOOLS, CITEXT, NOTES, index):
            objects.apply(declared)


@pytest.fixture
def superuser(plain: str) -> Iterator[str]:
    """A server without a platform, as its superuser sees it."""
    yield plain
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("drop schema if exists tools, other cascade; drop table if exists public.mails")


def test_columns_views_and_arguments_follow_one_that_moves(superuser: str):
    moved = replace(CITEXT, schema="other")
    mails = Table(name="mails", columns=(Column(name="mail", type="tools.citext"),))
    with managed(superuser) as objects:
        for declared in (TOOLS, Schema(name="other"), CITEXT, mails):
            objects.apply(declared)
        plan = objects.apply(moved)
        assert [item.text for item in plan.statements] == ['alter extension "citext" set schema "other"']
    with managed(superuser) as later:
        assert later.preview(moved).empty
        assert later.preview(replace(mails, columns=(Column(name="mail", type="other.citext"),))).empty
        later.remove(mails)
        later.remove(moved)


def test_another_version_or_comment_is_told_as_what_it_is(database: Database, connection: Connection):
    with managed(database.url) as objects:
        objects.apply(TOOLS)
        objects.apply(CITEXT)
    connection.execute("comment on extension citext is 'otherwise'")
    with database.connect_superuser() as platform:
        platform.execute("update pg_extension set extversion = '0.1' where extname = 'citext'")
        platform.execute("create extension ltree schema tools")

    managed_one = Managed(Settings(database.url))
    try:
        found = {item.key: item for item in swept(managed_one, KINDS).findings}
    finally:
        managed_one.close()

    assert {key for key in found if "extension" in key} == {'["extension", "citext"]', '["extension", "ltree"]'}
    assert [it.name for it in found['["extension", "citext"]'].properties] == ["comment"]
    assert found['["extension", "ltree"]'].why == "in the managed schema tools"
