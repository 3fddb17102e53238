"""TablePatch: access that comes with its columns."""

import pytest

from supaschema.core.model import ObjectId
from supaschema.declarations import Column, Grant, InlineAccess, InlinePolicy, PolicyCommand, Privilege, TablePatch
from supaschema.resources.table_patch import TablePatchResource

RESOURCE = TablePatchResource()
READ = (Privilege.SELECT,)
SEEN = InlinePolicy(name="seen", command=PolicyCommand.SELECT, to=("authenticated",), using="not hidden")
COLUMN = Column(name="hidden", type="boolean", default="false", nullable=False)
PATCH = TablePatch(
    table="jobs",
    columns=(COLUMN,),
    access=InlineAccess(policies=(SEEN,), grants=(Grant(to="authenticated", privileges=READ, columns=("hidden",)),)),
)


def facts(patch=PATCH):
    return {fact.id: fact.definition for fact in RESOURCE.facts(patch)}


def test_it_states_the_columns_then_the_access():
    kinds = ["column", "not_null", "row_security", "policy", "table_grants", "column_grants"]
    assert [id.kind for id in facts()] == kinds


def test_it_claims_every_policy_only_where_it_states_the_access():
    stray = ObjectId("policy", ("public", "jobs", "stray"))
    live = {**facts(), stray: None}

    assert stray in set(RESOURCE.exclusive_objects(PATCH, live))
    assert stray not in set(RESOURCE.exclusive_objects(TablePatch(table="jobs", columns=(COLUMN,)), live))


def test_what_is_as_declared_is_lifted_as_declared():
    assert RESOURCE.lift(facts(), PATCH) == PATCH.to_inputs()


def test_a_policy_that_is_gone_shows_under_access():
    live = {id: item for id, item in facts().items() if id.kind != "policy"}

    assert RESOURCE.lift(live, PATCH)["access"].get("policies", []) == []


@pytest.mark.parametrize(
    ("patch", "field", "what"),
    [
        pytest.param(
            TablePatch(table="jobs", access=InlineAccess(row_security=False, policies=(SEEN,))),
            "access",
            "they do not count",
            id="what is wrong with the access",
        ),
        pytest.param(
            TablePatch(
                table="jobs",
                columns=(Column(name="hidden", type="boolean", grants=(Grant(to="authenticated", privileges=READ),)),),
                access=PATCH.access,
            ),
            "columns",
            "grants on column hidden of their own",
            id="grants said twice",
        ),
    ],
)
def test_mistakes_are_told(patch, field, what):
    problems = [problem for problem in RESOURCE.problems(patch) if what in problem.what]

    assert [problem.field for problem in problems] == [field]


def test_it_has_nothing_to_say_against_a_sound_one():
    assert list(RESOURCE.problems(PATCH)) == []
