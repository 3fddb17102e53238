"""MaterializedView: what it states, what it refuses, and how drift shows."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from supaschema.core.model import Definition, ObjectId
from supaschema.declarations import Grant, InlineIndex, MaterializedView, Privilege
from supaschema.kinds.grants import Entry, Grants
from supaschema.kinds.index import Index, Key
from supaschema.kinds.materialized_view import MaterializedView as Definition_
from supaschema.kinds.view_column import ViewColumn
from supaschema.resources.materialized_view import MaterializedViewResource

RESOURCE = MaterializedViewResource()
READ = (Privilege.SELECT,)
NAME = ("public", "counted")
VIEW = ObjectId("materialized_view", NAME)
DECLARED = MaterializedView(
    name="counted",
    query="select org, count(*) as notes from public.notes group by org",
    file="views/counted.sql",
    indexes=(InlineIndex(name="counted_org", keys=("org",), unique=True),),
    grants=(Grant(to="service_role", privileges=READ),),
    column_comments={"notes": "how many"},
    renamed_from=("private.counts",),
)
LIVE: dict[ObjectId, Definition] = {
    VIEW: Definition_(query=" SELECT ...;", options={}, method="", tablespace="", owner="postgres"),
    ObjectId("index", (*NAME, "counted_org")): Index(keys=(Key(expression="org"),), unique=True, options={}),
    ObjectId("view_column", (*NAME, "notes")): ViewColumn(comment="how many", default=""),
    ObjectId("table_grants", NAME): Grants(entries=(Entry(grantee="service_role", privileges=("SELECT",)),)),
}


def changed(**fields: object) -> MaterializedView:
    return msgspec.structs.replace(DECLARED, **fields)


def test_it_states_the_view_its_indexes_and_who_may_read_it():
    assert RESOURCE.identify(DECLARED) == "public.counted"
    assert [fact.id for fact in RESOURCE.facts(DECLARED)] == list(LIVE)
    assert RESOURCE.former(DECLARED) == ("private.counts",)


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({}, []),
        ({"name": ""}, ["name"]),
        ({"query": " ;\n"}, ["query"]),
        ({"query": "select * from public.notes"}, ["query"]),
        ({"indexes": (InlineIndex(name="none", keys=()),)}, ["indexes"]),
        ({"grants": (Grant(to="anon", privileges=(Privilege.EXECUTE,)),), "schema": "private"}, ["grants"]),
        ({"grants": (Grant(to="anon", privileges=READ),)}, ["grants"]),
        ({"grants": (Grant(to="anon", privileges=READ, columns=("org",)),)}, ["grants"]),
        ({"grants": (Grant(to="anon", privileges=READ),), "schema": "private"}, []),
    ],
)
def test_what_cannot_be_or_is_hardly_meant_is_refused(fields: dict[str, Any], refused: list[str]):
    problems = list(RESOURCE.problems(changed(**fields)))

    assert [problem.field for problem in problems] == refused
    assert all(problem.what and problem.remedy for problem in problems)


def test_drift_shows_by_property_and_a_refresh_is_none():
    lifted = RESOURCE.lift(LIVE, DECLARED)
    empty = msgspec.structs.replace(LIVE[VIEW], populated=False)
    packed = msgspec.structs.replace(LIVE[VIEW], options={"fillfactor": "70"})
    stray = ObjectId("index", (*NAME, "theirs"))

    assert RESOURCE.lift({**LIVE, VIEW: empty}, DECLARED) == lifted
    assert RESOURCE.lift({**LIVE, VIEW: packed}, DECLARED) == {**lifted, "options": {"fillfactor": "70"}}
    assert RESOURCE.lift({**LIVE, stray: Index(keys=(Key(expression="notes"),))}, DECLARED) == lifted
    assert RESOURCE.lift({}, DECLARED) == {}


def test_a_live_one_is_imported_by_its_id():
    found = RESOURCE.imported("public.counted", LIVE)

    assert found == changed(query=" SELECT ...;", file=None, renamed_from=())
    assert RESOURCE.imported("public.nothing", LIVE) is None
