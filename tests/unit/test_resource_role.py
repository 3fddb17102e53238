"""Role: what grants and policies name, and nobody logs in as."""

import pytest

from supaschema.core.lints import Lint
from supaschema.core.model import ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import Role
from supaschema.kinds.role import Role as Live
from supaschema.resources.role import RoleResource

RESOURCE = RoleResource()
PLAIN = Role(name="app.reader")
WHOLE = Role(name="reader", inherit=False, bypass_rls=True, comment="c")


def facts(declared):
    return {fact.id: fact.definition for fact in RESOURCE.facts(declared)}


def test_facts_are_what_is_declared():
    assert facts(PLAIN) == {ObjectId("role", ("app.reader",)): Live()}
    assert facts(WHOLE) == {ObjectId("role", ("reader",)): Live(inherit=False, bypass_rls=True, comment="c")}
    assert [RESOURCE.lift(facts(it), it) for it in (PLAIN, WHOLE)] == [PLAIN.to_inputs(), WHOLE.to_inputs()]
    assert RESOURCE.identify(PLAIN) == "app.reader"
    assert RESOURCE.lift({}, PLAIN) == {}


def test_a_live_one_is_imported():
    live = {ObjectId("role", ("reader",)): Live(inherit=False, comment="")}

    assert RESOURCE.imported("reader", live) == Role(name="reader", inherit=False)
    assert RESOURCE.imported("other", live) is None


def test_its_former_names_are_renames_that_no_text_speaks_of():
    declared = Role(name="new", renamed_from=("old",))
    old, new = (ObjectId("role", (name,)) for name in ("old", "new"))

    assert RESOURCE.renames(declared) == (Rename(old, new, is_spoken=False),)
    assert RESOURCE.former(declared) == ("old",)


@pytest.mark.parametrize(
    ("declared", "field", "lint"),
    [
        (Role(name="x" * 64), "name", None),
        (Role(name="pg_reader"), "name", None),
        (Role(name="postgres"), "name", None),
        (Role(name="authenticated"), "name", None),
        (Role(name="authenticator"), "name", None),
        (Role(name="public"), "name", None),
        (Role(name="current_user"), "name", None),
        (WHOLE, "bypassRls", Lint.GRANT_PAST_POLICIES),
    ],
)
def test_mistakes_are_told(declared, field, lint):
    assert [(problem.field, problem.lint) for problem in RESOURCE.problems(declared)] == [(field, lint)]
    assert not [*RESOURCE.problems(PLAIN)]
