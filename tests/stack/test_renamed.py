"""A table or column that a program renames keeps its rows, and what other resources hang on it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from supaschema.declarations import (
    Argument,
    Column,
    Declaration,
    Function,
    Index,
    Policy,
    PolicyCommand,
    Table,
    View,
)
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.declared import TITLE, notes, urn
from tests.support.pulumi import Declared, Stack, previewed, said, summary

KIND = Column(name="kind", type="text")
POLICY = Policy(
    name="plain", table="notes", command=PolicyCommand.SELECT, to=("authenticated",), using="kind = 'plain'"
)
INDEX = Index(name="notes_title", table="notes", keys=("title",))


VIEW = View(name="titles", query="select id, title from public.notes")
FUNCTION = Function(
    name="cut", arguments=(Argument(name="n", type="integer"),), returns="integer", language="sql", body="select n"
)
OIDS = """select unnest(array[
    '{}'::regclass::oid, '{}'::regclass::oid, '{}'::regclass::oid, '{}(int)'::regprocedure::oid])"""


BEFORE = (
    Declared("table", notes("notes", TITLE, KIND)),
    Declared("index", INDEX, after=("table",)),
    Declared("view", VIEW, after=("table",)),
    Declared("policy", POLICY, after=("table",)),
    Declared("function", FUNCTION),
)


def _renamed(*, alias: bool) -> tuple[Declared, ...]:
    """Return what has other names, as resources of other names."""

    def one(name: str, item: Declaration, former: str, *after: str) -> Declared:
        token = type(item).__name__
        old = f"urn:pulumi:test::objects::supaschema:index:{token}::{former}"
        return Declared(name, item, after=after, aliases=(old,) if alias else ())

    view = replace(VIEW, name="headings", query="select id, title from public.pages", renamed_from=("titles",))
    index = replace(INDEX, table="pages", name="by_title", renamed_from=("notes_title",))
    return (
        one("pages", replace(notes("pages", TITLE, KIND), renamed_from=("notes",)), "table"),
        one("by title", index, "index", "pages"),
        one("headings", view, "view", "pages"),
        # This one's own name stays, and that of its resource.
        Declared("policy", replace(POLICY, table="pages"), after=("pages",)),
        one("clip", replace(FUNCTION, name="clip", renamed_from=("cut",)), "function"),
    )


def _take_back(objects: Stack) -> None:
    """Deploy the program as it was before, whose resources the engine makes before it deletes the later ones."""
    # Of the later ones, which the program might still have, it tells nothing before.
    objects.declare(*BEFORE, allow_hazards=[{"hazard": "CORRECTNESS"}])
    shown = previewed(objects.run("preview", "--json"))
    objects.up()
    assert "table public.pages is renamed back to table public.notes" in shown.reports["table"]
    for name in ("table", "policy", "index", "view", "function"):
        assert [line for line in shown.reports[name].splitlines() if "drop" in line or "create" in line] == []
    assert objects.clean()


@pytest.mark.long
@pytest.mark.parametrize("alias", [True, False], ids=["alias", "two resources"])
def test_what_has_another_name_as_a_resource_too_is_renamed(objects: Stack, database: Database, *, alias: bool) -> None:
    objects.declare(*BEFORE)
    objects.up()
    with database.connect() as owner:
        owner.execute("insert into notes (title) values ('a')")
        oids = column(owner, OIDS.format("notes", "notes_title", "titles", "cut"))
        if not alias:
            objects.declare(*BEFORE, *_renamed(alias=False))
            refused = said(objects.run("preview", ok=False))
            assert "declares it under its former name too" in refused, refused
        objects.declare(*_renamed(alias=alias))
        shown = previewed(objects.run("preview", "--json"))
        objects.up()

        assert 'alter table "public"."notes" rename to "pages"' in shown.reports["pages"]
        assert set(shown.operations.values()) <= (
            {"update", "same"} if alias else {"create", "delete", "update", "same"}
        )
        assert shown.operations["policy"] == "update"
        for name in ("pages", "policy", "by title", "headings", "clip"):
            assert [line for line in shown.reports[name].splitlines() if "drop" in line or "create" in line] == []
        assert column(owner, OIDS.format("pages", "by_title", "headings", "clip")) == oids
        assert column(owner, "select title from headings") == ["a"]
        assert column(owner, "select polname from pg_policy where polrelid = 'pages'::regclass") == ["plain"]
        assert objects.clean()
        assert summary(objects.run("refresh", "--yes")) == {"unchanged": 7}
        if not alias:
            _take_back(objects)
            assert column(owner, OIDS.format("notes", "notes_title", "titles", "cut")) == oids

        owner.execute(f"delete from {'pages' if alias else 'notes'}")
    objects.destroy()
    with database.connect() as owner:
        assert column(owner, "select relname from pg_class where relname in ('notes', 'pages', 'headings')") == []


def declared(table: Table, policy: Policy, index: Index) -> tuple[Declared, ...]:
    """Return a table, and what other resources hang on it."""
    return (
        Declared("table", table),
        Declared("policy", policy, after=("table",)),
        Declared("index", index, after=("table",)),
    )


@pytest.mark.long
def test_a_renamed_column_is_one_change_and_what_names_it_follows(objects: Stack, database: Database) -> None:
    objects.declare(*declared(notes("notes", TITLE, KIND), POLICY, INDEX))
    objects.up()
    with database.connect() as owner:
        owner.execute("insert into notes (title, kind) values ('a', 'plain')")
        table = notes("notes", TITLE, replace(KIND, name="sort", renamed_from=("kind",)))
        objects.declare(*declared(table, replace(POLICY, using="sort = 'plain'"), INDEX))

        shown = previewed(objects.run("preview", "--json"))
        objects.up()

        assert "drop" not in shown.reports["table"]
        assert column(owner, "select sort from notes") == ["plain"]
        assert objects.clean()

        # The program as it was before: the name goes back, with all that hangs on it, also where it is made anew.
        objects.declare(*declared(notes("notes", TITLE, KIND), POLICY, INDEX))
        shown = previewed(objects.run("preview", "--json"))
        objects.up("--replace", urn(Declared("policy", POLICY)))

        assert 'rename column "sort" to "kind"' in shown.reports["table"]
        assert "drop" not in shown.reports["table"]
        assert column(owner, "select kind from notes") == ["plain"]
        assert objects.clean()
