"""Table: what it states, what it speaks for, what it refuses, and how drift shows."""

from __future__ import annotations

import msgspec
import pytest

from supaschema.core.model import ObjectId
from supaschema.declarations import Check, Column, PrimaryKey, Table, Unique
from supaschema.resources.table import TableResource

RESOURCE = TableResource()
NAME = ("public", "notes")
NOTES = Table(
    name="notes",
    columns=(Column(name="id", type="uuid"), Column(name="title", type="text", nullable=True)),
    primary_key=PrimaryKey(columns=("id",)),
    checks=(Check(name="short", expression="length(title) < 9"),),
)
LIVE = {fact.id: fact.definition for fact in RESOURCE.facts(NOTES)}
TITLE = ObjectId("column", (*NAME, "title"))


def test_it_states_its_columns_and_keys_with_it():
    assert [str(id) for id in LIVE] == [
        "table public.notes",
        "column public.notes.id",
        "not null public.notes.id",
        "column public.notes.title",
        "constraint public.notes.notes_pkey",
        "constraint public.notes.short",
    ]


def test_what_is_imported_states_what_is_live():
    found = RESOURCE.imported("public.notes", LIVE)

    assert found is not None
    assert [fact.id for fact in RESOURCE.facts(found)] == list(LIVE)
    assert RESOURCE.imported("public.other", LIVE) is None


def test_what_is_live_of_it_and_not_declared_is_to_go():
    declared = msgspec.structs.replace(NOTES, columns=NOTES.columns[:1], checks=())

    assert set(RESOURCE.exclusive_objects(declared, LIVE)) - {fact.id for fact in RESOURCE.facts(declared)} == {
        TITLE,
        ObjectId("constraint", (*NAME, "short")),
    }


def test_drift_shows_in_the_column_that_has_it():
    live = {**LIVE, TITLE: msgspec.structs.replace(LIVE[TITLE], type="integer")}
    before, after = (RESOURCE.lift(facts, NOTES)["columns"] for facts in (LIVE, live))

    assert before[0] == after[0]
    assert after[1] == {**before[1], "type": "integer"}


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"columns": (), "primary_key": None, "checks": ()}, "the table has no columns."),
        ({"uniques": (Unique(columns=("nick",)),)}, 'a key names column "nick", which is not declared.'),
        ({"columns": (*NOTES.columns, NOTES.columns[1])}, 'column "title" is declared twice.'),
    ],
)
def test_it_refuses_what_cannot_be(changed: dict[str, object], what: str):
    assert what in [problem.what for problem in RESOURCE.problems(msgspec.structs.replace(NOTES, **changed))]
