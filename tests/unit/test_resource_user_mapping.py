"""UserMapping: as whom a role is known on a foreign server."""

import pytest

from supaschema.core.model import ObjectId
from supaschema.declarations import UserMapping
from supaschema.kinds import foreign_options
from supaschema.kinds.user_mapping import UserMapping as Live
from supaschema.resources.user_mapping import UserMappingResource

RESOURCE = UserMappingResource()
OPTIONS = {"user": "app", "password": "Zq-amber"}
DECLARED = UserMapping(server="books", user="anon", options=OPTIONS)
ID = ObjectId("user_mapping", ("books", "anon"))


def live(options):
    return {ID: Live(role="anon", options=foreign_options.sealed(options, all_keys=True))}


def test_facts_are_what_is_declared():
    assert {fact.id: fact.definition for fact in RESOURCE.facts(DECLARED)} == {
        ID: Live(role="anon", options=OPTIONS, declared=True)
    }
    assert RESOURCE.identify(DECLARED) == "books.anon"
    assert RESOURCE.anchors(DECLARED) == {("books", "anon"), ("books",)}


def test_what_is_live_is_told_as_it_was_declared_and_another_value_by_its_hash():
    assert RESOURCE.lift(live(OPTIONS), DECLARED) == DECLARED.to_inputs()
    assert RESOURCE.lift({ID: Live(role="anon")}, DECLARED) == DECLARED.to_inputs()
    assert RESOURCE.lift({}, DECLARED) == {}
    other = RESOURCE.lift(live({**OPTIONS, "password": "Zq-umber"}), DECLARED)
    assert other["options"] == {"user": "app", "password": foreign_options.seal("password", "Zq-umber")}


def test_a_live_one_is_imported_by_hashes():
    found = RESOURCE.imported("books.anon", live({"user": "app"}))

    assert found == UserMapping(server="books", user="anon", options={"user": foreign_options.seal("user", "app")})
    assert RESOURCE.imported("books.other", live({})) is None


@pytest.mark.parametrize(
    ("other", "field"),
    [({"server": "x" * 64}, "server"), ({"user": ""}, "user"), ({"options": {"password": "[secret]"}}, "options")],
)
def test_mistakes_are_told(other, field):
    fields = {name: getattr(DECLARED, name) for name in DECLARED.__struct_fields__}
    declared = UserMapping(**{**fields, **other})

    assert [problem.field for problem in RESOURCE.problems(declared)] == [field]
    assert not [*RESOURCE.problems(DECLARED)]
