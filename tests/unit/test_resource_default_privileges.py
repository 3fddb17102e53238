"""DefaultPrivileges: what roles are given of objects that somebody makes later."""

import pytest

from supaschema.core.lints import Lint
from supaschema.core.model import ObjectId
from supaschema.declarations import DefaultPrivileges, Grant, NewObjects, Privilege
from supaschema.kinds.grants import Entry, Grants
from supaschema.resources.default_privileges import DefaultPrivilegesResource

RESOURCE = DefaultPrivilegesResource()
READ = Grant(to="reader", privileges=(Privilege.SELECT,))
TABLES = DefaultPrivileges(role="postgres", schema="app", objects=NewObjects.TABLES, grants=(READ,))
CLOSED = DefaultPrivileges(role="postgres", objects=NewObjects.FUNCTIONS, closed_to_public=True)
OPEN = DefaultPrivileges(role="postgres", objects=NewObjects.FUNCTIONS)
ID = ObjectId("default_grants", ("postgres", "app", "tables"))
EXECUTE = Entry(grantee="public", privileges=("EXECUTE",))


def facts(declared):
    return {fact.id: fact.definition for fact in RESOURCE.facts(declared)}


def test_facts_are_what_is_given_with_the_servers_own():
    read = Entry(grantee="reader", privileges=("SELECT",))

    assert facts(TABLES) == {ID: Grants(entries=(read,), managed=("postgres",))}
    assert [it.entries for it in facts(CLOSED).values()] == [()]
    assert [it.entries for it in facts(OPEN).values()] == [(EXECUTE,)]
    assert [RESOURCE.identify(it) for it in (TABLES, CLOSED)] == ["postgres.app.tables", "postgres.functions"]
    assert RESOURCE.anchors(TABLES) == {("postgres", "app"), ("app",)}


@pytest.mark.parametrize(
    "declared",
    [
        TABLES,
        CLOSED,
        OPEN,
        DefaultPrivileges(role="a.b", schema="c.d", objects=NewObjects.TYPES),
        DefaultPrivileges(role="postgres", objects=NewObjects.LARGE_OBJECTS, grants=(READ,)),
        DefaultPrivileges(
            role="postgres", objects=NewObjects.TYPES, grants=(Grant(to="public", privileges=(Privilege.USAGE,)),)
        ),
    ],
)
def test_what_is_live_is_told_as_it_is_declared(declared):
    assert RESOURCE.lift(facts(declared), declared) == declared.to_inputs()
    found = RESOURCE.imported(RESOURCE.identify(declared), facts(declared))
    assert found is not None
    assert facts(found) == facts(declared)


def test_what_is_as_the_server_has_it_is_not_imported():
    assert RESOURCE.imported("postgres.app.tables", {}) is None
    assert RESOURCE.lift({}, TABLES) == {}


def with_grant(to, *privileges, **more):
    given = {"role": "postgres", "schema": "app", "objects": NewObjects.TABLES, **more}
    return DefaultPrivileges(**given, grants=(Grant(to=to, privileges=privileges),))


@pytest.mark.parametrize(
    ("declared", "field", "lint"),
    [
        (DefaultPrivileges(role="", objects=NewObjects.TABLES), "role", None),
        (DefaultPrivileges(role="r", objects=NewObjects.TABLES, schema="auth"), "schema", None),
        (DefaultPrivileges(role="r", objects=NewObjects.SCHEMAS, schema="app"), "schema", None),
        (DefaultPrivileges(role="r", objects=NewObjects.TABLES, closed_to_public=True), "closedToPublic", None),
        (
            DefaultPrivileges(role="r", objects=NewObjects.TYPES, schema="app", closed_to_public=True),
            "closedToPublic",
            None,
        ),
        (with_grant("postgres", Privilege.SELECT), "grants", None),
        (with_grant("reader", Privilege.EXECUTE), "grants", None),
        (with_grant("anon", Privilege.TRUNCATE), "grants", Lint.GRANT_PAST_POLICIES),
        (with_grant("anon", Privilege.SELECT, schema="public"), "grants", Lint.NO_ROW_SECURITY),
        (with_grant("authenticated", Privilege.SELECT, schema=None), "grants", Lint.NO_ROW_SECURITY),
    ],
)
def test_mistakes_are_told(declared, field, lint):
    assert [(problem.field, problem.lint) for problem in RESOURCE.problems(declared)] == [(field, lint)]


@pytest.mark.parametrize("declared", [TABLES, CLOSED, OPEN, with_grant("service_role", Privilege.ALL)])
def test_what_is_meant_is_none(declared):
    assert not [*RESOURCE.problems(declared)]
