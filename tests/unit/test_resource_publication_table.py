"""PublicationTable: a table in a publication that something else makes."""

import pytest

from supaschema.core.model import ObjectId
from supaschema.declarations import PublicationTable
from supaschema.resources.publication_table import PublicationTableResource

RESOURCE = PublicationTableResource()
WHOLE = PublicationTable(publication="supabase_realtime", table="notes")
PART = PublicationTable(publication="feed", schema="app", table="notes", columns=("id", "body"), where="id > 1")


def facts(declared):
    return {fact.id: fact.definition for fact in RESOURCE.facts(declared)}


@pytest.mark.parametrize("declared", [WHOLE, PART])
def test_facts_are_what_is_declared(declared):
    name = (declared.schema, declared.table, declared.publication)

    assert list(facts(declared)) == [ObjectId("publication_table", name)]
    assert RESOURCE.lift(facts(declared), declared) == declared.to_inputs()
    assert RESOURCE.anchors(declared) == {name[:2], name[2:]}
    assert not [*RESOURCE.problems(declared)]


def test_a_live_one_is_imported_by_its_table_and_its_publication():
    assert RESOURCE.identify(WHOLE) == "public.notes/supabase_realtime"
    assert RESOURCE.imported("public.notes/supabase_realtime", facts(WHOLE)) == WHOLE
    assert RESOURCE.imported("public.notes/other", facts(WHOLE)) is None


@pytest.mark.parametrize(
    ("declared", "field"),
    [
        (PublicationTable(publication="", table="a"), "publication"),
        (PublicationTable(publication="p", table="x" * 64), "table"),
        (PublicationTable(publication="p", table="a", columns=()), "columns"),
        (PublicationTable(publication="p", table="a", where="app.f(b)"), "where"),
    ],
)
def test_mistakes_are_told(declared, field):
    assert [problem.field for problem in RESOURCE.problems(declared)] == [field]
