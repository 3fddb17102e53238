"""ForeignServer: what is reached elsewhere, and who may use it."""

import pytest

from supaschema.core.model import ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import ForeignServer, Grant, Privilege
from supaschema.kinds import foreign_options
from supaschema.kinds.foreign_server import ForeignServer as Live
from supaschema.kinds.grants import Entry, Grants
from supaschema.resources.foreign_server import ForeignServerResource

RESOURCE = ForeignServerResource()
PLAIN = ForeignServer(name="books", wrapper="postgres_fdw")
WHOLE = ForeignServer(
    name="books",
    wrapper="wasm",
    type="notion",
    version="2",
    options={"b": "2", "api_key": "Zq-amber", "a": "1"},
    grants=(Grant(to="anon", privileges=(Privilege.USAGE,)),),
    comment="c",
)
ID = ObjectId("foreign_server", ("books",))
GRANTS = ObjectId("foreign_server_grants", ("books",))


def facts(declared):
    return {fact.id: fact.definition for fact in RESOURCE.facts(declared)}


def live(options):
    given = Grants(entries=(Entry(grantee="anon", privileges=("USAGE",)),))
    found = Live(wrapper="wasm", type="notion", version="2", options=foreign_options.sealed(options), comment="c")
    return {ID: found, GRANTS: given}


def test_facts_are_what_is_declared():
    assert facts(PLAIN)[ID] == Live(wrapper="postgres_fdw")
    assert facts(WHOLE)[ID] == Live(
        wrapper="wasm", type="notion", version="2", options={"b": "2", "api_key": "Zq-amber", "a": "1"}, comment="c"
    )
    assert facts(WHOLE)[GRANTS].entries == (Entry(grantee="anon", privileges=("USAGE",)),)
    assert RESOURCE.lift(facts(PLAIN), PLAIN) == PLAIN.to_inputs()
    assert RESOURCE.identify(PLAIN) == "books"


def test_what_is_live_is_told_as_it_was_declared_and_another_key_by_its_hash():
    assert RESOURCE.lift(live(WHOLE.options), WHOLE) == WHOLE.to_inputs()
    other = RESOURCE.lift(live({**WHOLE.options, "api_key": "Zq-umber"}), WHOLE)
    assert other["options"] == {"b": "2", "api_key": foreign_options.seal("api_key", "Zq-umber"), "a": "1"}


def test_a_live_one_is_imported_without_its_keys():
    found = RESOURCE.imported("books", live({"api_key": "Zq-amber", "a": "1"}))

    assert found is not None
    assert found.options == {"a": "1", "api_key": foreign_options.seal("api_key", "Zq-amber")}
    assert found.grants == WHOLE.grants
    assert RESOURCE.imported("other", live({})) is None


def test_its_former_names_are_renames_that_no_text_speaks_of():
    declared = ForeignServer(name="new", wrapper="wasm", renamed_from=("old",))
    old, new = (ObjectId("foreign_server", (name,)) for name in ("old", "new"))

    assert RESOURCE.renames(declared) == (Rename(old, new, is_spoken=False),)
    assert RESOURCE.former(declared) == ("old",)


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"name": "x" * 64}, "name"),
        ({"wrapper": ""}, "wrapper"),
        ({"options": {"": "x"}}, "options"),
        ({"options": {"api_key": "[secret]"}}, "options"),
        ({"grants": (Grant(to="anon", privileges=(Privilege.SELECT,)),)}, "grants"),
    ],
)
def test_mistakes_are_told(other, field):
    fields = {name: getattr(PLAIN, name) for name in PLAIN.__struct_fields__}
    declared = ForeignServer(**{**fields, **other})

    assert {problem.field for problem in RESOURCE.problems(declared)} == {field}
    assert not [*RESOURCE.problems(WHOLE)]
