"""TableAccess: what it states, what it claims, what it shows of drift."""

import pytest

from supaschema.core.model import ObjectId
from supaschema.declarations import Grant, InlinePolicy, PolicyCommand, Privilege, TableAccess
from supaschema.kinds.grants import Entry, Grants
from supaschema.kinds.row_security import RowSecurity
from supaschema.resources.table_access import TableAccessResource

RESOURCE = TableAccessResource()
TABLE = ("public", "jobs")
READ = InlinePolicy(name="b", command=PolicyCommand.SELECT, to=("authenticated",), using="a")
WRITE = InlinePolicy(name="a", command=PolicyCommand.UPDATE, to=("worker",), using="a")
ACCESS = TableAccess(
    table="jobs",
    policies=(READ, WRITE),
    grants=(
        Grant(to="authenticated", privileges=(Privilege.SELECT, Privilege.UPDATE), columns=("id", "state")),
        Grant(to="authenticated", privileges=(Privilege.DELETE,)),
        Grant(to="auditor", privileges=(Privilege.SELECT,)),
    ),
)
OF_COLUMN = "column_grants"


def facts(access=ACCESS):
    return {fact.id: fact.definition for fact in RESOURCE.facts(access)}


def entry(grantee, *privileges):
    return Entry(grantee=grantee, privileges=privileges)


def test_it_states_flags_policies_and_grants_in_this_order():
    assert list(facts()) == [
        ObjectId("row_security", TABLE),
        ObjectId("policy", (*TABLE, "b")),
        ObjectId("policy", (*TABLE, "a")),
        ObjectId("table_grants", TABLE),
        ObjectId(OF_COLUMN, (*TABLE, "id")),
        ObjectId(OF_COLUMN, (*TABLE, "state")),
    ]


def test_it_is_complete_for_the_roles_of_the_api_and_those_it_names():
    stated = facts()
    whole, column = stated[ObjectId("table_grants", TABLE)], stated[ObjectId(OF_COLUMN, (*TABLE, "id"))]

    assert whole.entries == (entry("auditor", "SELECT"), entry("authenticated", "DELETE"))
    assert column.entries == (entry("authenticated", "SELECT", "UPDATE"),)
    for definition in (whole, column):
        assert set(definition.managed) == {"public", "anon", "authenticated", "service_role", "auditor", "worker"}


def test_it_claims_every_policy_and_each_column_where_a_managed_role_has_grants():
    live = {
        **facts(),
        ObjectId("policy", (*TABLE, "stray")): None,
        ObjectId("policy", ("public", "events", "other")): None,
        ObjectId(OF_COLUMN, (*TABLE, "secret")): Grants(entries=(entry("anon", "SELECT"),)),
        ObjectId(OF_COLUMN, (*TABLE, "note")): Grants(entries=(entry("reporting", "SELECT"),)),
    }

    claimed = set(RESOURCE.exclusive_objects(ACCESS, live)) - set(facts())

    assert claimed == {ObjectId("policy", (*TABLE, "stray")), ObjectId(OF_COLUMN, (*TABLE, "secret"))}


def test_what_is_as_declared_is_lifted_as_declared():
    assert RESOURCE.lift(facts(), ACCESS) == ACCESS.to_inputs()


def test_drift_shows_where_it_is():
    drifted = facts() | {
        ObjectId("row_security", TABLE): RowSecurity(enabled=False),
        ObjectId("policy", (*TABLE, "A stray")): facts()[ObjectId("policy", (*TABLE, "b"))],
        ObjectId("table_grants", TABLE): Grants(
            entries=(entry("reporting", "SELECT"), entry("anon", "SELECT"), entry("authenticated", "DELETE"))
        ),
        ObjectId(OF_COLUMN, (*TABLE, "id")): Grants(entries=(entry("authenticated", "SELECT"),)),
    }

    lifted = RESOURCE.lift(drifted, ACCESS)

    assert lifted["rowSecurity"] is False
    assert [policy["name"] for policy in lifted["policies"]] == ["b", "a", "A stray"]
    assert [(grant["to"], *grant["privileges"], *grant.get("columns", ())) for grant in lifted["grants"]] == [
        ("authenticated", "SELECT", "id", "state"),
        ("authenticated", "DELETE"),
        ("anon", "SELECT"),
        ("authenticated", "UPDATE", "state"),
    ]


def test_a_table_that_is_gone_has_no_access_to_show():
    assert RESOURCE.lift({}, ACCESS) == {}
    assert RESOURCE.imported("public.jobs", {}) is None


def test_an_import_states_the_access_of_the_roles_of_the_api():
    found = RESOURCE.imported("public.jobs", facts())

    assert found is not None
    assert found.policies == (WRITE, READ)
    assert {grant.to for grant in found.grants} == {"authenticated"}
    assert RESOURCE.identify(found) == "public.jobs"


@pytest.mark.parametrize(
    ("access", "what"),
    [
        (TableAccess(table="jobs", row_security=False, policies=(READ,)), "they do not count"),
        (TableAccess(table="jobs", row_security=False, grants=ACCESS.grants), "would reach all rows through the API"),
        (TableAccess(table="jobs", policies=(READ, READ)), "declared twice"),
        (TableAccess(table="jobs", grants=(Grant(to="anon", privileges=()),)), "names no privilege"),
    ],
)
def test_mistakes_are_told(access, what):
    assert any(what in str(problem) for problem in RESOURCE.problems(access))


def test_a_private_table_may_do_without():
    access = TableAccess(table="t", schema="private", row_security=False, grants=ACCESS.grants[1:])

    assert list(RESOURCE.problems(access)) == []
