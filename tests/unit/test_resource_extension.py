"""Extension: what the server has ready, and which schema it is in."""

import pytest

from supaschema.core.model import ObjectId
from supaschema.declarations import Extension
from supaschema.kinds.extension import Extension as Live
from supaschema.resources.extension import ExtensionResource

RESOURCE = ExtensionResource()
PLAIN = Extension(name="citext")
WHOLE = Extension(name="citext", schema="app", comment="c")
ID = ObjectId("extension", ("citext",))


def facts(declared):
    return {fact.id: fact.definition for fact in RESOURCE.facts(declared)}


@pytest.mark.parametrize("declared", [PLAIN, WHOLE, Extension(name="citext", comment="")])
def test_facts_are_what_is_declared(declared):
    assert list(facts(declared)) == [ID]
    assert RESOURCE.lift(facts(declared), declared) == declared.to_inputs()
    assert RESOURCE.identify(declared) == "citext"


def test_a_live_one_is_imported_without_its_version():
    live = {ID: Live(schema="app", comment="c", version="1.6")}

    assert RESOURCE.imported("citext", live) == WHOLE
    assert RESOURCE.imported("other", live) is None
    assert RESOURCE.imported("citext", {ID: Live(schema="app", comment="")}) == Extension(name="citext", schema="app")


@pytest.mark.parametrize(
    ("declared", "field"),
    [
        (Extension(name=""), "name"),
        (Extension(name="plpgsql"), "name"),
        (Extension(name="citext", schema="x" * 64), "schema"),
    ],
)
def test_mistakes_are_told(declared, field):
    assert [problem.field for problem in RESOURCE.problems(declared)] == [field]
    assert not [*RESOURCE.problems(WHOLE)]
