"""Who may call an aggregate: nobody but those named, PUBLIC's default included."""

from supaschema.core.model import ObjectId
from supaschema.kinds.aggregate_grants import AggregateGrantsKind
from supaschema.kinds.base import Context
from supaschema.kinds.function_grants import execute_fact
from supaschema.kinds.grants import Grants


def test_a_new_aggregate_is_closed_to_everybody_first():
    fact = execute_fact("aggregate", ("app", "total", "integer"), ["service_role"])
    whole = ObjectId("aggregate", fact.id.name)
    kind = AggregateGrantsKind()
    assert isinstance(fact.definition, Grants)

    assert kind.parents(fact.id) == (whole,)
    assert kind.label(fact.id) == "aggregate app.total(integer)"
    steps = kind.create(fact.id, fact.definition, Context(major=17, fresh=frozenset({whole})))
    assert [statement.text for statement in steps.statements] == [
        'revoke all on function "app"."total"(integer) from PUBLIC, "anon", "authenticated", "service_role"',
        'grant execute on function "app"."total"(integer) to "service_role"',
    ]
