"""Publication: what is told to subscribers, and of which tables."""

import msgspec
import pytest

from supaschema.core.model import ObjectId
from supaschema.declarations import Publication, PublishedOperation, PublishedTable
from supaschema.kinds.publication_schema import PublicationSchema
from supaschema.kinds.publication_table import PublicationTable
from supaschema.resources.publication import PublicationResource

RESOURCE = PublicationResource()
FEED = Publication(
    name="feed",
    tables=(
        PublishedTable(table="people"),
        PublishedTable(schema="app", table="notes", columns=("id", "body"), where="id > 1"),
    ),
    operations=(PublishedOperation.UPDATE, PublishedOperation.INSERT),
    via_partition_root=True,
    comment="c",
)
WIDE = Publication(name="feed", schemas=("b", "a"))
MORE = ObjectId("publication_table", ("public", "more", "feed"))
OTHER = ObjectId("publication_table", ("public", "more", "other"))
SCHEMA = ObjectId("publication_schema", ("c", "feed"))


def facts(declared=FEED):
    return {fact.id: fact.definition for fact in RESOURCE.facts(declared)}


@pytest.mark.parametrize("declared", [FEED, WIDE, Publication(name="feed", all_tables=True, tables=())])
def test_facts_are_what_is_declared(declared):
    assert RESOURCE.lift(facts(declared), declared) == declared.to_inputs()
    assert RESOURCE.identify(declared) == "feed"
    assert not [*RESOURCE.problems(declared)]


def test_it_is_a_publication_its_schemas_and_its_tables():
    assert list(facts()) == [
        ObjectId("publication", ("feed",)),
        ObjectId("publication_table", ("public", "people", "feed")),
        ObjectId("publication_table", ("app", "notes", "feed")),
    ]
    assert list(facts(WIDE)) == [
        ObjectId("publication", ("feed",)),
        ObjectId("publication_schema", ("b", "feed")),
        ObjectId("publication_schema", ("a", "feed")),
    ]


def test_a_live_one_is_imported_with_all_that_it_publishes():
    found = RESOURCE.imported("feed", {**facts(), SCHEMA: PublicationSchema()})

    assert found == msgspec.structs.replace(
        FEED,
        tables=(
            PublishedTable(schema="app", table="notes", columns=("body", "id"), where="id > 1"),
            PublishedTable(table="people"),
        ),
        schemas=("c",),
        operations=(PublishedOperation.INSERT, PublishedOperation.UPDATE),
    )
    assert RESOURCE.imported("other", facts()) is None


def test_what_it_publishes_and_nobody_declares_is_to_go_where_it_speaks_for_all():
    live = {**facts(), MORE: PublicationTable(), OTHER: PublicationTable(), SCHEMA: PublicationSchema()}

    assert [id for id in RESOURCE.exclusive_objects(FEED, live) if id not in facts()] == [MORE, SCHEMA]
    assert list(RESOURCE.exclusive_objects(WIDE, live)) == [SCHEMA]
    assert RESOURCE.beside(FEED, lambda: live) >= {("public", "more"), ("c", "feed")}
    assert RESOURCE.beside(WIDE, lambda: live) == {("c", "feed")}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"tables": (PublishedTable(table="a"), PublishedTable(table="a"))}, "tables"),
        ({"tables": (PublishedTable(table="x" * 64),)}, "tables[0].table"),
        ({"tables": (PublishedTable(table="a", columns=()),)}, "tables[0].columns"),
        ({"tables": (PublishedTable(table="a", columns=("b", "b")),)}, "tables[0].columns"),
        ({"tables": (PublishedTable(table="a", where="app.f(b)"),)}, "tables[0].where"),
        ({"tables": (PublishedTable(table="a", where="b operator(app.+) c"),)}, "tables[0].where"),
        ({"all_tables": True}, "allTables"),
        ({"schemas": ("a",)}, "schemas"),
        ({"operations": (PublishedOperation.INSERT,) * 2}, "operations"),
    ],
)
def test_mistakes_are_told(changes, field):
    declared = msgspec.structs.replace(FEED, **changes)

    assert [problem.field for problem in RESOURCE.problems(declared)] == [field]


@pytest.mark.parametrize("where", ["pg_catalog.length(body) > 1", "body <> 'app.f(x)'", 'length("b.c") > 1', None])
def test_the_servers_own_functions_are_admitted_in_a_condition(where):
    declared = msgspec.structs.replace(FEED, tables=(PublishedTable(table="a", where=where),))

    assert not [*RESOURCE.problems(declared)]
