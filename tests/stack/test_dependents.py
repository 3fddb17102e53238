"""Edits beneath what others declare, through the real engine: what is shown is what runs, and nothing is lost."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from supaschema.declarations import (
    Argument,
    Check,
    Column,
    Declaration,
    ForeignKey,
    Function,
    Grant,
    Index,
    ObjectSet,
    Policy,
    PolicyCommand,
    PrimaryKey,
    Privilege,
    Table,
    Trigger,
    TriggerEvent,
    Unique,
    View,
    Volatility,
)
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.pulumi import Declared, Previewed, Stack, previewed, said
from tests.support.sessions import Connection

ID = Column(name="id", type="bigint", nullable=False)
CODE = Column(name="code", type="text", nullable=False)
SIZE = Column(name="size", type="integer")
DOUBLE = Column(name="doubled", type="bigint", generated="size * 2")
KEY = PrimaryKey(columns=("id",))
READ = (Grant(to="authenticated", privileges=(Privilege.SELECT,)),)

NOTES = Table(
    name="notes",
    columns=(ID, CODE, SIZE, DOUBLE, Column(name="status", type="text", default="'new'")),
    primary_key=KEY,
    uniques=(Unique(columns=("code",)),),
    checks=(Check(name="notes_status", expression="status in ('new', 'done')"),),
)
PARTS = Table(
    name="parts",
    columns=(ID, Column(name="note", type="text")),
    primary_key=KEY,
    foreign_keys=(ForeignKey(columns=("note",), references="public.notes", referenced_columns=("code",)),),
)
LIMIT = Function(
    name="size_limit",
    arguments=(Argument(name="factor", type="integer"),),
    returns="integer",
    language="sql",
    body="select 10 * factor",
    volatility=Volatility.STABLE,
    execute=("authenticated",),
)
STAMP = Function(name="stamp", returns="trigger", body="begin\n  return new;\nend")
LOW = View(name="low", query="select id, code, status from public.notes")
HIGH = View(name="high", query="select id, code as title, status from public.low")
DEPLOYED: dict[str, Declaration] = {
    "notes": NOTES,
    "parts": PARTS,
    "limit": LIMIT,
    "small": Policy(
        name="small",
        table="notes",
        command=PolicyCommand.SELECT,
        to=("authenticated",),
        using="size < public.size_limit(3)",
    ),
    "stamp": STAMP,
    "stamped": Trigger(
        name="stamped",
        table="notes",
        events=(TriggerEvent.UPDATE,),
        when="new.id < public.size_limit(3)",
        function="public.stamp",
    ),
    "pair": ObjectSet(objects=(LOW, HIGH)),
    "list": View(name="list", query="select id, size from public.notes", grants=READ, comment="All of them."),
    "sums": View(name="sums", query="select sum(size) as total from public.list", grants=READ),
    "big": Function(name="big", returns="setof public.list", language="sql", body="select * from public.list"),
    "doubled": Index(name="notes_doubled", table="notes", keys=("doubled",)),
}
AFTER = {
    "parts": ("notes",),
    "small": ("notes", "limit"),
    "stamped": ("notes", "limit", "stamp"),
    "pair": ("notes",),
    "list": ("notes",),
    "sums": ("list",),
    "big": ("list",),
    "doubled": ("notes",),
}

WIDER = replace(NOTES, columns=(ID, CODE, replace(SIZE, type="bigint"), DOUBLE, NOTES.columns[-1]))
TRIPLED = replace(WIDER, columns=(*WIDER.columns[:3], replace(DOUBLE, generated="size * 3"), NOTES.columns[-1]))
KEYED = replace(TRIPLED, uniques=(Unique(columns=("code",), nulls_distinct=False),))
ENUM = replace(KEYED, checks=(Check(name="notes_status", expression="status in ('new', 'done', 'gone')"),))

# By what is edited: the resource, what it becomes, and what its preview says of the others.
EDITS: dict[str, tuple[str, Declaration, tuple[str, ...]]] = {
    "a type under views, a policy and a generated column": (
        "notes",
        WIDER,
        ("view public.list is dropped and recreated", "policy public.notes.small", "column public.notes.doubled"),
    ),
    "a generated column with another's index": ("notes", TRIPLED, ("rebuilds index public.notes.notes_doubled",)),
    "a key under a foreign key": ("notes", KEYED, ("constraint public.parts.parts_note_fkey",)),
    "a check that lists values": ("notes", ENUM, ()),
    "a function's result under a policy and a trigger": (
        "limit",
        replace(LIMIT, returns="bigint", body="select 10::bigint * factor"),
        ("policy public.notes.small", "trigger public.notes.stamped is dropped and recreated"),
    ),
    "two views that change together": (
        "pair",
        ObjectSet(
            objects=(
                replace(LOW, query="select id, status as state from public.notes"),
                replace(HIGH, query="select id, state from public.low"),
            )
        ),
        (),
    ),
    "a view's columns under a view and a function of its row type": (
        "list",
        replace(DEPLOYED["list"], query="select id, code, size from public.notes"),
        ("view public.sums is dropped and recreated", "function public.big()"),
    ),
}
CONSENTS = [{"hazard": "REWRITES_TABLE"}, {"hazard": "ACQUIRES_ACCESS_EXCLUSIVE_LOCK"}]
GRANTED = ("public.list", "public.sums")


@pytest.mark.long
def test_each_edit_runs_as_it_was_shown_and_leaves_everything_else(objects: Stack, database: Database) -> None:
    now = dict(DEPLOYED)
    declare(objects, now)
    objects.up()
    with database.connect() as watcher:
        watcher.execute("insert into public.notes (id, code, size) values (1, 'a', 5)")
        watcher.execute("insert into public.parts (id, note) values (1, 'a')")
        for name, declaration, words in EDITS.values():
            now[name] = declaration
            declare(objects, now)
            shown = previewed(objects.run("preview", "--json"))
            before = newest(watcher)
            objects.up()
            assert statements(shown, name) == ran(watcher, before)
            assert [word for word in words if word not in shown.reports[name]] == []
            # A key is built before it is put in place, and nobody waits; all else comes back in the same transaction.
            assert ("outside of a transaction" in shown.reports[name]) is (declaration is KEYED)
            assert objects.clean()
        assert column(watcher, "select note from public.parts") == ["a"]
        assert column(watcher, "select doubled::int from public.notes") == [15]
        for view in GRANTED:
            assert column(watcher, f"select has_table_privilege('authenticated', '{view}', 'select')") == [True]
            assert column(watcher, f"select has_table_privilege('anon', '{view}', 'select')") == [False]
    objects.destroy()


def test_what_would_leave_a_view_without_its_column_is_refused_in_the_preview(objects: Stack) -> None:
    declare(objects, DEPLOYED)
    objects.up()
    declare(objects, {**DEPLOYED, "notes": replace(NOTES, columns=(ID, CODE, NOTES.columns[-1]))})

    told = said(objects.run("preview", ok=False))

    assert "it cannot be dropped: policy public.notes.small, view public.list would lose what it stands on" in told
    assert "Nothing was changed" in told


def test_a_column_and_the_view_that_stops_reading_it_go_in_one_set(objects: Stack, database: Database) -> None:
    before = {"notes": NOTES, "list": DEPLOYED["list"]}
    slim = replace(NOTES, columns=(ID, CODE, NOTES.columns[-1]))
    narrow = replace(DEPLOYED["list"], query="select id from public.notes")
    declare(objects, before)
    objects.up()
    # As two resources, the table's turn comes before anybody can know what becomes of the view.
    declare(objects, {"notes": slim, "list": narrow})
    assert "declare both in one ObjectSet" in said(objects.up(ok=False))

    declare(objects, {"both": ObjectSet(objects=(slim, narrow))})
    shown = said(objects.run("preview"))
    objects.up()

    assert 'drop view "public"."list"' in shown
    with database.connect() as watcher:
        assert column(
            watcher, "select attname::text from pg_attribute where attrelid = 'public.list'::regclass and attnum > 0"
        ) == ["id"]
    assert objects.clean()


@pytest.mark.long
def test_what_was_recreated_for_another_resource_goes_with_its_own(objects: Stack, database: Database) -> None:
    now = {**DEPLOYED, "list": EDITS["a view's columns under a view and a function of its row type"][1]}
    declare(objects, DEPLOYED)
    objects.up()
    declare(objects, now)
    objects.up()

    for name, its in (("sums", "to_regclass('public.sums')"), ("big", "to_regproc('public.big')")):
        del now[name]
        declare(objects, now)
        objects.up()
        with database.connect() as watcher:
            assert column(watcher, f"select {its} is null") == [True]
    assert objects.clean()


def declare(objects: Stack, declarations: dict[str, Declaration]) -> None:
    """Write the program."""
    declared = [
        Declared(name, item, after=tuple(other for other in AFTER.get(name, ()) if other in declarations))
        for name, item in declarations.items()
    ]
    objects.declare(*declared, allow_hazards=CONSENTS)


def statements(shown: Previewed, name: str) -> list[str]:
    """Return the SQL that a resource's preview shows, without what it says about each statement."""
    listed = re.split(r"\n *(?:Locks|Hazards):\n", shown.reports[name].partition("SQL:\n")[2])[0]
    lines = [line.removeprefix("  ") for line in listed.split("\n") if not line.startswith("  -- ")]
    return "\n".join(lines).removesuffix(";").split(";\n")


def newest(watcher: Connection) -> int:
    """Return the number of the statement that was run last."""
    return int(str(column(watcher, "select coalesce(max(id), 0) from supaschema.history")[0]))


def ran(watcher: Connection, since: int) -> list[str]:
    """Return what was run since, split as `statements` splits what was shown."""
    found = column(watcher, f"select statement from supaschema.history where id > {since} order by id")
    return ";\n".join(str(text).strip() for text in found).split(";\n")
