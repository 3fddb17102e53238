"""Tables in publications."""

import pytest

from supaschema.core.model import Hazard, Lock, LockMode, ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.constraint import Constraint
from supaschema.kinds.publication import Publication
from supaschema.kinds.publication_table import PublicationTable, PublicationTableKind
from supaschema.kinds.table_definition import Table

TABLE = ("app", "notes")
ID = ObjectId("publication_table", (*TABLE, "feed"))
OWN = ObjectId("table", TABLE)
KEY = ObjectId("constraint", (*TABLE, "notes_pkey"))
KEYED = {OWN: Table(), KEY: Constraint(type="p", columns=("id",))}
KIND = PublicationTableKind()
SOME = PublicationTable(columns=("body", "id"), where="id > 1")
ADDED = 'alter publication "feed" add table only "app"."notes"'
DROPPED = 'alter publication "feed" drop table only "app"."notes"'


def said(steps, hazard=Hazard.CORRECTNESS):
    return [note.sentence for it in steps.statements for note in it.hazards if note.hazard is hazard]


def test_it_is_published_alone_and_taken_out_to_be_put_in_otherwise():
    context = Context(major=17, live=KEYED)

    made, altered, gone = (
        KIND.create(ID, SOME, context),
        KIND.alter(ID, PublicationTable(), SOME, context),
        KIND.drop(ID, SOME, context),
    )

    assert [it.text for it in made.statements] == [f'{ADDED} ("body", "id") where (id > 1)']
    assert [it.text for it in altered.statements] == [DROPPED, f'{ADDED} ("body", "id") where (id > 1)']
    assert [it.text for it in gone.statements] == [DROPPED]
    locks = {it.locks for steps in (made, altered, gone) for it in steps.statements}
    assert locks == {(Lock("app.notes", LockMode.SHARE_UPDATE_EXCLUSIVE),)}
    assert said(gone, Hazard.HAS_UNTRACKABLE_DEPENDENCIES) == [
        "Whoever subscribes to publication feed is no longer told of app.notes."
    ]


def test_whoever_subscribes_is_told_rows_past_the_policies():
    (told,) = said(KIND.create(ID, SOME, Context(major=17, live=KEYED)), Hazard.AUTHZ_UPDATE)

    rows = "the rows that its condition admits of app.notes (body, id)"
    assert told == f"Whoever may subscribe to publication feed is told {rows}, past its policies."


@pytest.mark.parametrize(
    ("live", "becoming", "new", "why"),
    [
        ({OWN: Table()}, {}, PublicationTable(), "it has no primary key and no other replica identity"),
        ({}, {OWN: Table()}, PublicationTable(), "it has no primary key and no other replica identity"),
        (KEYED, {KEY: None}, PublicationTable(), "it has no primary key and no other replica identity"),
        ({OWN: Table()}, {KEY: KEYED[KEY]}, PublicationTable(), None),
        (KEYED, {}, PublicationTable(), None),
        (KEYED, {}, SOME, None),
        (KEYED, {}, PublicationTable(columns=("body",)), "its primary key has id, which is not published"),
        ({OWN: Table(replica_identity="nothing")}, {}, PublicationTable(), "its replica identity is nothing"),
        ({OWN: Table(replica_identity="full")}, {}, PublicationTable(), None),
        (
            {OWN: Table(replica_identity="full")},
            {},
            SOME,
            "its replica identity is full, and not all of its columns are published",
        ),
        ({OWN: Table(replica_identity="index notes_key")}, {}, PublicationTable(), None),
        ({OWN: Table()}, {ObjectId("publication", ("feed",)): Publication(operations=("insert",))}, SOME, None),
        ({}, {}, PublicationTable(), None),
    ],
)
def test_updates_that_fail_from_then_on_are_told(live, becoming, new, why):
    context = Context(major=17, live=live, becoming=becoming)
    what = f"Each delete and update of app.notes fails while publication feed publishes it: {why}."

    assert said(KIND.create(ID, new, context)) == ([] if why is None else [what])


def test_it_goes_with_its_table_and_names_its_columns():
    assert KIND.parents(ID) == (OWN, ObjectId("publication", ("feed",)))
    assert set(KIND.references(ID, SOME)) == {ObjectId("column", (*TABLE, name)) for name in ("body", "id")}
    assert [KIND.unfit(SOME, kind) for kind in "rpvmf"] == [None, None, *["a place in a publication"] * 3]
    assert KIND.same_structure(SOME, PublicationTable(columns=("id", "body"), where="(id > 1)"))
    assert not KIND.same_structure(SOME, PublicationTable(columns=("id", "body")))
