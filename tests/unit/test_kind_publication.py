"""Publications."""

import pytest

from supaschema.core.model import Hazard, ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.column import Column
from supaschema.kinds.constraint import Constraint
from supaschema.kinds.publication import Publication, PublicationKind
from supaschema.kinds.publication_table import PublicationTable
from supaschema.kinds.table_definition import Table

ID = ObjectId("publication", ("feed",))
KIND = PublicationKind()
CONTEXT = Context(major=17, user="postgres")
INSERTS = Publication(operations=("insert",))
TABLE = ("app", "notes")
LIVE = {
    ObjectId("table", TABLE): Table(),
    ObjectId("column", (*TABLE, "id")): Column(type="bigint"),
    ObjectId("publication_table", (*TABLE, "feed")): PublicationTable(),
    ObjectId("publication_table", (*TABLE, "other")): PublicationTable(),
}
KEY = {ObjectId("constraint", (*TABLE, "notes_pkey")): Constraint(type="p", columns=("id",))}


def texts(steps):
    return [statement.text for statement in steps.statements]


def hazards(steps):
    return [note.hazard for statement in steps.statements for note in statement.hazards]


@pytest.mark.parametrize(
    ("new", "made"),
    [
        (Publication(), 'create publication "feed"'),
        (INSERTS, "create publication \"feed\" with (publish = 'insert')"),
        (Publication(operations=()), "create publication \"feed\" with (publish = '')"),
        (Publication(via_partition_root=True), 'create publication "feed" with (publish_via_partition_root = true)'),
        (Publication(all_tables=True), 'create publication "feed" for all tables'),
        (Publication(generated="s"), 'create publication "feed" with (publish_generated_columns = stored)'),
    ],
)
def test_it_is_made_with_what_is_not_usual(new, made):
    assert texts(KIND.create(ID, new, CONTEXT)) == [made]


def test_that_all_tables_are_told_of_and_what_fails_for_it_is_said():
    assert hazards(KIND.create(ID, Publication(all_tables=True), CONTEXT)) == [Hazard.AUTHZ_UPDATE, Hazard.CORRECTNESS]
    inserts = Publication(all_tables=True, operations=("insert",))
    assert hazards(KIND.create(ID, inserts, CONTEXT)) == [Hazard.AUTHZ_UPDATE]
    assert KIND.alter(ID, inserts, INSERTS, CONTEXT) is None


def test_what_subscribers_are_no_longer_told_is_said():
    less = KIND.alter(ID, Publication(), INSERTS, CONTEXT)

    assert texts(less) == ["alter publication \"feed\" set (publish = 'insert')"]
    assert hazards(less) == [Hazard.HAS_UNTRACKABLE_DEPENDENCIES]
    assert hazards(KIND.drop(ID, INSERTS, CONTEXT)) == [Hazard.HAS_UNTRACKABLE_DEPENDENCIES]


def test_a_published_table_without_a_key_that_comes_to_tell_of_updates_is_named():
    more = KIND.alter(ID, INSERTS, Publication(), Context(major=17, live=LIVE))
    keyed = KIND.alter(ID, INSERTS, Publication(), Context(major=17, live={**LIVE, **KEY}))

    assert more is not None
    why = "it has no primary key and no other replica identity"
    assert [note.sentence for statement in more.statements for note in statement.hazards] == [
        f"Each delete and update of app.notes fails while publication feed publishes it: {why}."
    ]
    assert hazards(keyed) == []


def test_what_a_declaration_says_nothing_of_stays():
    live = Publication(owner="a", generated="s")

    assert KIND.resolve(ID, INSERTS, live, CONTEXT) == Publication(operations=("insert",), owner="a", generated="s")
    assert KIND.resolve(ID, INSERTS, None, CONTEXT) == INSERTS
    assert texts(KIND.alter(ID, live, Publication(owner="b", generated="n", comment="c"), CONTEXT)) == [
        'alter publication "feed" set (publish_generated_columns = none)',
        "comment on publication \"feed\" is 'c'",
        'alter publication "feed" owner to "b"',
    ]
