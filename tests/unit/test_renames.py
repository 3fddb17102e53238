"""Which renames apply, in which order, and what they do to texts."""

from __future__ import annotations

import itertools

import pytest

from supaschema.core.model import Facts, ObjectId
from supaschema.core.renames import Rename, with_qualified
from supaschema.engine.renames import applicable
from supaschema.kinds.base import Context
from supaschema.kinds.column import Column
from supaschema.kinds.function import Function
from supaschema.kinds.table import Table
from supaschema.kinds.trigger import Trigger
from supaschema.kinds.view import View
from supaschema.registry import KINDS


def _view(name: str) -> ObjectId:
    return ObjectId("view", ("public", name))


def _pair(old: str, new: str) -> Rename:
    return Rename(_view(old), _view(new))


@pytest.mark.parametrize("live", [set(names) for size in range(4) for names in itertools.combinations("abc", size)])
@pytest.mark.parametrize("pairs", list(itertools.permutations([("a", "b"), ("b", "c"), ("c", "a")], 2)))
def test_renames_lose_nothing_and_give_no_name_twice(live: set[str], pairs: tuple[tuple[str, str], ...]) -> None:
    renames = applicable([_pair(*pair) for pair in pairs], set(map(_view, live)), KINDS)

    after = [renames.id(_view(name)) for name in live]

    assert len(set(after)) == len(live)
    assert [renames.reversed.id(id) for id in after] == [_view(name) for name in live]
    # In this order each can be done: the old name is there then, and the new one is not.
    there = set(map(_view, live))
    for pair in renames.pairs:
        assert pair.old in there
        assert pair.new not in there
        there = there - {pair.old} | {pair.new}


@pytest.mark.parametrize(
    ("live", "own", "after"),
    [
        ("a", "a", "b"),
        ("a", "", "a"),
        ("ab", "ab", "bc"),
        ("b", "b", "b"),
        ("ab", "", "ab"),
        ("", "", ""),
        ("c", "c", "c"),
    ],
)
def test_a_name_that_is_declared_is_left_only_for_another_object(live: str, own: str, after: str) -> None:
    # Where the ledger knows nothing, only what nobody declares any more moves.
    declared = set(map(_view, "abc"))
    pairs = [_pair("a", "b"), *([_pair("b", "c")] if "b" in live and "a" in live else [])]

    renames = applicable(pairs, set(map(_view, live)), KINDS, declared, set(map(_view, own)))

    assert "".join(sorted(renames.id(_view(name)).name[1] for name in live)) == after


def test_what_belongs_to_a_renamed_object_is_called_after_it() -> None:
    table, column = ObjectId("table", ("public", "notes")), ObjectId("column", ("public", "notes", "title"))
    live: Facts = {table: Table(), column: Column(type="text")}
    pairs = (
        Rename(ObjectId("column", ("app", "pages", "title")), ObjectId("column", ("app", "pages", "heading"))),
        Rename(table, ObjectId("table", ("app", "pages"))),
    )

    renames = applicable(pairs, live, KINDS)

    assert renames.id(column).name == ("app", "pages", "heading")
    assert [statement.text for statement in renames.statements(renames.facts(live), Context(major=17))] == [
        'alter table "public"."notes" rename to "pages"',
        'alter table "public"."pages" set schema "app"',
        'alter table "app"."pages" rename column "title" to "heading"',
    ]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("select id from public.notes", "select id from app.pages"),
        ('select "id" from "public" . "notes" n', 'select "id" from "app" . "pages" n'),
        ("select 'public.notes' as a, public.notes_of(1)", "select 'public.notes' as a, public.notes_of(1)"),
        ("select 1 -- public.notes", "select 1 -- public.notes"),
        ("select my_public.notes, public.Notes.id", "select my_public.notes, app.pages.id"),
        ("select $$public.notes$$, public.other", "select $$public.notes$$, public.other"),
    ],
)
def test_a_relation_is_named_as_it_is_called_now(text: str, after: str) -> None:
    assert with_qualified(View(query=text), ("public", "notes"), ("app", "pages")).query == after


def test_a_function_is_named_as_it_is_called_now() -> None:
    trigger = Trigger(timing="before", events=("insert",), for_each="row", function="public.stamp")

    assert with_qualified(trigger, ("public", "stamp"), ("app", "mark")).function == "app.mark"


def test_the_servers_own_text_of_a_routine_or_trigger_has_its_name_again() -> None:
    function = Function(
        returns="int", language="sql", body="", text='CREATE OR REPLACE FUNCTION public."Old (one)"(n integer)\n...'
    )
    old, new = ObjectId("function", ("public", "Old (one)", "integer")), ObjectId("function", ("app", "b", "integer"))
    trigger = Trigger(
        timing="after",
        events=("insert",),
        for_each="row",
        function="public.f",
        text="CREATE CONSTRAINT TRIGGER a AFTER INSERT ON public.a",
    )
    before, after = (ObjectId("trigger", ("public", "a", name)) for name in ("a", "New"))

    assert KINDS["function"].renamed(function, old, new).text == "CREATE OR REPLACE FUNCTION app.b(n integer)\n..."
    text = KINDS["trigger"].renamed(trigger, before, after).text
    assert text == 'CREATE CONSTRAINT TRIGGER "New" AFTER INSERT ON public.a'
