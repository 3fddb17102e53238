"""Schema: a schema and who may look inside."""

import pytest

from supaschema.core.model import ObjectId
from supaschema.declarations import Grant, Privilege, Schema
from supaschema.resources.schema import SchemaResource

RESOURCE = SchemaResource()
PRIVATE = Schema(name="private", comment="c", grants=(Grant(to="authenticated", privileges=(Privilege.USAGE,)),))


def facts():
    return {fact.id: fact.definition for fact in RESOURCE.facts(PRIVATE)}


def test_it_is_a_schema_and_its_grants():
    assert list(facts()) == [ObjectId("schema", ("private",)), ObjectId("schema_grants", ("private",))]
    assert RESOURCE.lift(facts(), PRIVATE) == PRIVATE.to_inputs()
    assert RESOURCE.imported("private", facts()) == PRIVATE
    assert RESOURCE.imported("other", facts()) is None


@pytest.mark.parametrize(
    ("schema", "field"),
    [
        (Schema(name=""), "name"),
        (Schema(name="pg_mine"), "name"),
        (Schema(name="storage"), "name"),
        (Schema(name="pgmq"), "name"),
        (Schema(name="s", grants=(Grant(to="anon", privileges=(Privilege.SELECT,)),)), "grants"),
    ],
)
def test_mistakes_are_told(schema, field):
    assert [problem.field for problem in RESOURCE.problems(schema)] == [field]
    assert list(RESOURCE.problems(PRIVATE)) == []
