"""What a sweep finds beside what is declared can be declared: the text that it tells is taken, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, LiteralString

import pytest
from msgspec.structs import replace

from supaschema import declarations
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import (
    Column,
    Declaration,
    Function,
    Grant,
    PrimaryKey,
    Privilege,
    Schema,
    Table,
    TableAccess,
    TablePatch,
)
from supaschema.drift.adoption import program
from supaschema.drift.model import Result, Topic
from supaschema.drift.sweep import swept
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection

ID = Column(name="id", type="bigint", nullable=False)
NOTES = Table(
    schema="app",
    name="notes",
    columns=(ID, Column(name="kind", type="text")),
    primary_key=PrimaryKey(columns=("id",)),
)
ACCESS = TableAccess(schema="app", table="notes")
PATCH = TablePatch(schema="app", table="theirs", columns=(Column(name="ours", type="text"),))
FUNCTION = Function(
    schema="app",
    name="one",
    returns="integer",
    language="sql",
    body="select 1",
)


@pytest.fixture
def objects(database: Database, connection: Connection) -> Iterator[Objects]:
    """A table of ours with its access, and one that others made and this stack patches."""
    with managed(database.url) as found:
        found.apply(Schema(name="app"))
        connection.execute("create table app.theirs (id bigint primary key, first text)")
        for declared in (NOTES, ACCESS, PATCH, FUNCTION):
            found.apply(declared)
        yield found


def result(url: str) -> Result:
    looking = Managed(Settings(database_url=url))
    try:
        return swept(looking, KINDS)
    finally:
        looking.close()


def adopted(url: str) -> Mapping[str, Any]:
    found = {item.title: item.adopt for item in result(url).of(Topic.UNMANAGED)}
    return {title: text and eval(text, vars(declarations)) for title, text in found.items()}  # noqa: S307 - its own


BY_HAND: LiteralString = """
    alter table app.notes add column extra varchar(7) not null default 'x', alter column kind set not null,
      add constraint notes_kind_check check (kind <> ''), add unique (kind);
    create index by_kind on app.notes (kind);
    create policy seen on app.notes for select to anon using (true);
    create function app.stamp() returns trigger language plpgsql as 'begin return new; end';
    create trigger stamped before update on app.notes for each row execute function app.stamp();
    grant select on app.notes to pg_monitor;
    grant update (kind) on app.notes to pg_monitor;
    grant execute on function app.one() to pg_monitor;
"""


def test_parts_of_a_declared_table_are_lines_of_its_declaration(
    objects: Objects, database: Database, connection: Connection
):
    connection.execute(BY_HAND)
    found = adopted(database.url)

    assert found["column app.notes.extra"] == Column(
        name="extra", type="character varying(7)", nullable=False, default="'x'::character varying"
    )
    assert found["not null app.notes.kind"] == Column(name="kind", type="text", nullable=False)
    table = replace(
        NOTES,
        columns=(ID, found["not null app.notes.kind"], found["column app.notes.extra"]),
        checks=(found["constraint app.notes.notes_kind_check"],),
        uniques=(found["constraint app.notes.notes_kind_key"],),
    )
    access = replace(
        ACCESS,
        policies=(found["policy app.notes.seen"],),
        grants=(found["table grants app.notes to pg_monitor"], found["column grants app.notes.kind"]),
    )
    # That names roles.
    assert found["function grants app.one() to pg_monitor"] is None
    function = replace(FUNCTION, execute=("pg_monitor",))
    assert_taken(objects, table, access, function)
    assert_taken(objects, *(it for it in found.values() if type(it).__name__ in ("Index", "Trigger")))

    assert [item.title for item in result(database.url).findings if ".notes" in item.title] == []


def test_parts_of_a_patched_table_are_patches(objects: Objects, database: Database, connection: Connection):
    connection.execute("""
        alter table app.theirs add column extra integer not null, alter column ours set not null,
          add constraint positive check (extra > 0);
        alter table app.theirs enable row level security;
        create policy seen on app.theirs for select to anon using (true);
        grant select on app.theirs to pg_monitor""")
    found = adopted(database.url)

    extra = Column(name="extra", type="integer", nullable=False)
    assert found["column app.theirs.extra"] == found["not null app.theirs.extra"] == patch(columns=(extra,))
    assert found["not null app.theirs.ours"] == Column(name="ours", type="text", nullable=False)
    access = found["table grants app.theirs"]
    assert access.grants == (Grant(to="pg_monitor", privileges=(Privilege.SELECT,)),)
    assert [it.name for it in access.policies] == ["seen"]
    assert found["constraint app.theirs.theirs_pkey"] is None
    assert_taken(objects, access)


def test_the_file_declares_each_thing_once(objects: Objects, database: Database, connection: Connection):
    connection.execute(BY_HAND)
    text = program(result(database.url))
    said: dict[str, Any] = {}
    exec(compile(text, "unmanaged.py", "exec"), said)  # noqa: S102 - what was just written

    assert {type(it).__name__ for it in said["PARTS"]} == {"Column", "Check", "Unique", "InlinePolicy", "Grant"}
    assert {"Index", "Trigger", "Function", "Table"} <= {type(it).__name__ for it in said["UNMANAGED"]}
    # The table as a whole says what is on it.
    assert not [it for it in said["UNMANAGED"] if isinstance(it, TablePatch)]
    assert "# no declaration by itself: column app.theirs.first (it is in what declares app.theirs above)" in text


def patch(**fields: Any) -> TablePatch:
    return TablePatch(schema="app", table="theirs", **fields)


def assert_taken(objects: Objects, *declared: Declaration) -> None:
    assert declared
    for item in declared:
        assert objects.apply(item).statements == (), item
