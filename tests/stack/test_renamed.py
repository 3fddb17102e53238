"""A table or column that a program renames keeps its rows, and what other resources hang on it."""

from __future__ import annotations

from msgspec.structs import replace

from supaschema.declarations import Column, Index, Policy, PolicyCommand, Table
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.declared import TITLE, notes
from tests.support.pulumi import Declared, Stack, previewed

KIND = Column(name="kind", type="text")
POLICY = Policy(
    name="plain", table="notes", command=PolicyCommand.SELECT, to=("authenticated",), using="kind = 'plain'"
)
INDEX = Index(name="notes_title", table="notes", keys=("title",))


def declared(table: Table, policy: Policy, index: Index) -> tuple[Declared, ...]:
    """Return a table, and what other resources hang on it."""
    return (
        Declared("table", table),
        Declared("policy", policy, after=("table",)),
        Declared("index", index, after=("table",)),
    )


def test_a_renamed_table_is_updated_and_takes_along_what_hangs_on_it(objects: Stack, database: Database) -> None:
    before, after = notes("notes", TITLE, KIND), replace(notes("pages", TITLE, KIND), renamed_from=("notes",))
    objects.declare(*declared(before, POLICY, INDEX))
    objects.up()
    with database.connect() as owner:
        owner.execute("insert into notes (title) values ('a')")
        index = one(owner, "select 'notes_title'::regclass::oid")
        objects.declare(*declared(after, replace(POLICY, table="pages"), replace(INDEX, table="pages")))

        shown = previewed(objects.run("preview", "--json"))
        objects.up()

        assert shown.operations["table"] == "update"
        assert 'alter table "public"."notes" rename to "pages"' in shown.reports["table"]
        assert "drop" not in shown.reports["table"]
        assert column(owner, "select title from pages") == ["a"]
        assert one(owner, "select 'notes_title'::regclass::oid") == index
        assert column(owner, "select polname from pg_policy where polrelid = 'pages'::regclass") == ["plain"]
        assert objects.clean()
        owner.execute("delete from pages")
    objects.destroy()
    with database.connect() as owner:
        assert one(owner, "select to_regclass('pages') is null and to_regclass('notes') is null") is True


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
