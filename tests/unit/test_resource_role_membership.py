"""RoleMembership: who has the rights of another role, or may become it."""

import pytest

from supaschema.core.model import ObjectId
from supaschema.declarations import RoleMembership
from supaschema.kinds.role_membership import RoleMembership as Live
from supaschema.lint.identifiers import schema_problem
from supaschema.resources.role_membership import RoleMembershipResource

RESOURCE = RoleMembershipResource()
PLAIN = RoleMembership(role="app.reader", member="authenticated")
WHOLE = RoleMembership(role="reader", member="worker", admin=True, inherit=False, may_set=False)
ID = ObjectId("role_membership", ("app.reader", "authenticated"))


def facts(declared):
    return {fact.id: fact.definition for fact in RESOURCE.facts(declared)}


def test_facts_are_what_is_declared():
    assert facts(PLAIN) == {ID: Live()}
    assert [*facts(WHOLE).values()] == [Live(admin=True, inherit=False, may_set=False)]
    assert [RESOURCE.lift(facts(it), it) for it in (PLAIN, WHOLE)] == [PLAIN.to_inputs(), WHOLE.to_inputs()]
    assert RESOURCE.lift({}, PLAIN) == {}
    assert RESOURCE.identify(PLAIN) == "app.reader.authenticated"
    assert RESOURCE.anchors(PLAIN) == {ID.name, ("app.reader",), ("authenticated",)}


def test_the_option_that_nothing_was_said_of_is_not_told():
    live = {ID: Live(inherit=True)}

    assert RESOURCE.lift(live, PLAIN) == PLAIN.to_inputs()
    assert RESOURCE.imported("app.reader.authenticated", live) == PLAIN
    found = RESOURCE.imported("app.reader.authenticated", {ID: Live(inherit=False)})
    assert found is not None
    assert found.inherit is False
    assert RESOURCE.imported("reader.authenticated", live) is None


@pytest.mark.parametrize(
    ("role", "member", "fields"),
    [
        ("x" * 64, "worker", ["role"]),
        ("reader", "", ["member"]),
        ("public", "worker", ["role"]),
        ("reader", "public", ["member"]),
        ("reader", "reader", ["member"]),
        ("service_role", "anon", ["role"]),
        ("pg_read_all_data", "authenticated", ["role"]),
    ],
)
def test_mistakes_are_told(role, member, fields):
    declared = RoleMembership(role=role, member=member)

    assert [problem.field for problem in RESOURCE.problems(declared)] == fields


@pytest.mark.parametrize("declared", [PLAIN, WHOLE, RoleMembership(role="pg_monitor", member="worker")])
def test_what_is_meant_is_none(declared):
    assert not [*RESOURCE.problems(declared)]
    assert schema_problem(facts(declared)) is None
