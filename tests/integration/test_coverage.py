"""What no kind models is told by name, once, where it hangs or beside it; never ignored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

import pytest

from supaschema.core.errors import DependencyError
from supaschema.database.settings import Settings
from supaschema.declarations import Column, Declaration, PrimaryKey, Schema, Table
from supaschema.provider.operations import Operations
from supaschema.registry import RESOURCES
from tests.fixtures.postgres import Database
from tests.support.objects import managed

KEY = PrimaryKey(columns=("id",))
NOTES = Table(schema="app", name="notes", columns=(Column(name="id", type="bigint", nullable=False),), primary_key=KEY)
KEPT = Table(schema="app", name="notes", columns=(*NOTES.columns, Column(name="body", type="text")), primary_key=KEY)

_ON_IT: dict[LiteralString, LiteralString] = {
    "rule quiet on table app.notes": "create rule quiet as on delete to app.notes do instead nothing",
    "statistics object app.pairs": "create statistics app.pairs on id, body from app.notes",
    "table of type public.shape": """
        create type public.shape as (id bigint, body text); alter table app.notes of public.shape""",
}
_BESIDE: dict[LiteralString, LiteralString] = {
    "foreign table app.far": """
        create extension file_fdw; create server files foreign data wrapper file_fdw;
        create foreign table app.far (line text) server files options (filename '/dev/null')""",
    "window function app.place()": """
        create function app.place() returns bigint language internal window as 'window_row_number'""",
    "conversion app.plain": "create conversion app.plain for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
}


@pytest.fixture
def app(database: Database) -> Database:
    """A database with a schema and a table that are declared."""
    with managed(database.url) as objects:
        objects.apply(Schema(name="app"))
        objects.apply(KEPT)
    return database


@pytest.fixture
def operations(app: Database) -> Iterator[Operations]:
    """The provider's verbs."""
    found = Operations(Settings(app.url))
    yield found
    found.pipeline.close()


def told(operations: Operations, declared: Declaration) -> str | None:
    """Return what is told of a declared object."""
    resource = RESOURCES[f"supaschema:index:{type(declared).__name__}"]
    return operations.remarks(resource, declared.to_inputs()).unmodelled


def test_nothing_is_told_where_all_is_modelled(operations: Operations):
    assert told(operations, KEPT) is None
    assert told(operations, Schema(name="app")) is None


@pytest.mark.parametrize("found", _ON_IT)
def test_what_hangs_on_a_table_is_told_once_with_the_table(app: Database, operations: Operations, found: str):
    with app.connect_superuser() as platform:
        platform.execute(_ON_IT[found].encode())

    assert told(operations, Schema(name="app")) is None
    assert told(operations, KEPT) == f"not modelled, and left as it is: {found}."
    assert told(operations, KEPT) is None


@pytest.mark.parametrize("found", _BESIDE)
def test_what_is_beside_a_table_is_told_with_its_schema(app: Database, operations: Operations, found: str):
    with app.connect_superuser() as platform:
        platform.execute(_BESIDE[found].encode())

    assert told(operations, KEPT) is None
    assert told(operations, Schema(name="app")) == f"not modelled, and left as it is: {found}."


def test_of_many_the_first_are_named_and_the_rest_is_counted(app: Database, operations: Operations):
    with app.connect() as owner:
        for number in range(23):
            made = f"create conversion app.r{number:02} for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8"
            owner.execute(made.encode())

    sentence = told(operations, Schema(name="app")) or ""

    assert "conversion app.r00; conversion app.r01; " in sentence
    assert sentence.endswith("conversion app.r19; and 3 more.")


def test_what_an_extension_or_the_platform_has_is_theirs(app: Database, operations: Operations):
    with app.connect_superuser() as platform:
        platform.execute("create extension citext schema app")
        platform.execute("create procedure storage.run() language sql as ''")

    assert told(operations, Schema(name="app")) is None


def test_a_column_does_not_go_from_under_a_procedure(app: Database):
    with app.connect() as owner:
        owner.execute("create procedure app.copy() begin atomic insert into app.notes (body) values ('one'); end")
    with managed(app.url) as objects, pytest.raises(DependencyError, match=r"procedure app\.copy"):
        objects.preview(NOTES)


def test_a_table_does_not_go_from_under_what_takes_its_rows(app: Database):
    cards = Table(schema="app", name="cards", columns=NOTES.columns, primary_key=KEY)
    with managed(app.url) as objects:
        objects.apply(cards)
        with app.connect() as owner:
            owner.execute("create procedure app.take(card app.cards) language sql as 'select 1'")
        with pytest.raises(DependencyError, match=r"function app\.take\(app\.cards\) would lose"):
            objects.removal(cards)


def test_a_schema_does_not_go_from_under_an_extension(app: Database):
    with managed(app.url) as objects:
        objects.apply(Schema(name="trees"))
        with app.connect() as owner:
            owner.execute("create extension ltree schema trees")
        with pytest.raises(DependencyError, match=r"cannot be dropped: extension ltree would lose"):
            objects.removal(Schema(name="trees"))


def test_a_column_does_not_go_from_under_a_materialized_view(app: Database):
    with app.connect() as owner:
        owner.execute("create materialized view app.bodies as select body from app.notes")
    with managed(app.url) as objects, pytest.raises(DependencyError, match=r"materialized view app.bodies would lose"):
        objects.preview(NOTES)
