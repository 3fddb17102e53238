"""View: what it states, what it refuses, and how drift shows."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from supaschema.core.model import Definition, ObjectId
from supaschema.declarations import Grant, Privilege, View
from supaschema.kinds.grants import Entry, Grants
from supaschema.kinds.view import View as ViewDefinition
from supaschema.kinds.view_column import ViewColumn
from supaschema.resources.view import ViewResource

RESOURCE = ViewResource()
READ = (Privilege.SELECT,)
NAME = ("public", "health")
DECLARED = View(
    name="health",
    query="select id, name from public.connector_configs",
    file="views/health.sql",
    grants=(
        Grant(to="service_role", privileges=READ),
        Grant(to="authenticated", privileges=READ, columns=("name", "id")),
    ),
)
COLUMN = Grants(entries=(Entry(grantee="authenticated", privileges=("SELECT",)),))
LIVE: dict[ObjectId, Definition] = {
    ObjectId("view", NAME): ViewDefinition(query=" SELECT ...;", security_invoker=True),
    ObjectId("table_grants", NAME): Grants(entries=(Entry(grantee="service_role", privileges=("SELECT",)),)),
    ObjectId("column_grants", (*NAME, "name")): COLUMN,
    ObjectId("column_grants", (*NAME, "id")): COLUMN,
}


def changed(**fields: object) -> View:
    return msgspec.structs.replace(DECLARED, **fields)


def fields_refused(declared: View) -> list[str]:
    problems = list(RESOURCE.problems(declared))
    assert all(problem.what and problem.remedy for problem in problems)
    return [problem.field for problem in problems]


def test_it_states_the_view_and_who_may_read_what():
    assert RESOURCE.identify(DECLARED) == "public.health"
    assert [fact.id for fact in RESOURCE.facts(DECLARED)] == list(LIVE)


def test_a_column_grant_that_is_not_declared_is_claimed():
    stray = ObjectId("column_grants", (*NAME, "credentials"))
    other = Grants(entries=(Entry(grantee="dashboard_user", privileges=("SELECT",)),))

    assert stray in RESOURCE.exclusive_objects(DECLARED, {**LIVE, stray: COLUMN})
    assert stray not in RESOURCE.exclusive_objects(DECLARED, {**LIVE, stray: other})


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({}, []),
        ({"name": ""}, ["name"]),
        ({"query": " ;\n"}, ["query"]),
        ({"check_option": "global"}, ["checkOption"]),
        ({"grants": (Grant(to="anon", privileges=(Privilege.EXECUTE,)),)}, ["grants"]),
        ({"security_invoker": False}, ["securityInvoker"]),
        ({"security_invoker": False, "schema": "private"}, []),
        ({"security_invoker": False, "grants": (Grant(to="service_role", privileges=READ),)}, []),
    ],
)
def test_what_cannot_be_or_is_hardly_meant_is_refused(fields: dict[str, Any], refused: list[str]):
    assert fields_refused(changed(**fields)) == refused


def test_drift_shows_by_property():
    view, grants = ObjectId("view", NAME), ObjectId("table_grants", NAME)
    lifted = RESOURCE.lift(LIVE, DECLARED)
    definer = RESOURCE.lift({**LIVE, view: ViewDefinition(query=" SELECT ...;")}, DECLARED)
    opened = RESOURCE.lift({**LIVE, grants: COLUMN}, DECLARED)

    assert lifted["grants"][1] == {"to": "authenticated", "privileges": ["SELECT"], "columns": ["name", "id"]}
    assert definer == {**lifted, "securityInvoker": False}
    assert opened["grants"] == [{"to": "authenticated", "privileges": ["SELECT"]}, lifted["grants"][1]]
    assert RESOURCE.lift({}, DECLARED) == {}


def test_a_live_view_is_imported_by_its_id():
    found = RESOURCE.imported("public.health", LIVE)

    assert found is not None
    assert found.grants == (
        Grant(to="service_role", privileges=READ),
        Grant(to="authenticated", privileges=READ, columns=("name", "id")),
    )
    assert RESOURCE.imported("public.nothing", LIVE) is None


def test_comments_of_columns_show_where_they_are_declared():
    view = View(name="v", query="select 1 as a, 2 as b", column_comments={"a": "the a", "b": "the b"})
    facts = {fact.id: fact.definition for fact in RESOURCE.facts(view)}
    strange = ObjectId("view_column", ("public", "v", "c"))
    live = {**facts, strange: ViewColumn(comment="theirs", default="")}
    live[ObjectId("view_column", ("public", "v", "b"))] = ViewColumn(comment="", default="1")

    assert RESOURCE.lift(live, view)["columnComments"] == {"a": "the a", "b": ""}
    found = RESOURCE.imported("public.v", live)
    assert found is not None
    assert found.column_comments == {"a": "the a", "c": "theirs"}


@pytest.mark.parametrize(
    "query",
    [
        "select * from public.notes",
        "select n.*, 1 as one from public.notes n join public.parts p on p.note = n.id",
        "select distinct on (p.id) * from (public.parts p join public.notes n on true)",
        "with old as (select * from public.notes) select * from old where id > 1",
        "select x.* from (select n.* from public.notes as n) as x",
        "(select id from public.parts) union all (select * from public.notes)",
        'select "Notes".* from public."Notes" /* all */',
        "select id, notes.* from only public.notes, public.parts",
    ],
)
def test_columns_that_only_a_table_decides_over_are_refused(query):
    assert fields_refused(changed(query=query)) == ["query"]


@pytest.mark.parametrize(
    "query",
    [
        "select count(*), size * 2 as twice, '*' as star from public.notes where exists (select * from public.parts)",
        "with old as (select id from public.notes) select * from old",
        "select x.* from (select id, (size * 2) from public.notes) x join public.parts p on x.id = p.id",
        "with old as (select * from public.notes) select id from old",
        "select p.* from (select id from public.parts) p, public.notes n where p.id is distinct from n.id",
        "select n.id, extract(year from n.at) from public.notes n -- not *",
    ],
)
def test_a_star_over_columns_that_the_query_names_is_none(query):
    assert fields_refused(changed(query=query)) == []
