"""Who may call a procedure: nobody but those named, PUBLIC's default included."""

from supaschema.core.model import ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.function_grants import execute_fact
from supaschema.kinds.grants import Grants
from supaschema.kinds.procedure_grants import ProcedureGrantsKind


def test_a_new_procedure_is_closed_to_everybody_first():
    fact = execute_fact("procedure", ("public", "sweep", "integer"), ["service_role"])
    whole = ObjectId("procedure", fact.id.name)
    kind = ProcedureGrantsKind()
    assert isinstance(fact.definition, Grants)

    assert kind.parents(fact.id) == (whole,)
    steps = kind.create(fact.id, fact.definition, Context(major=17, fresh=frozenset({whole})))
    assert [statement.text for statement in steps.statements] == [
        'revoke all on procedure "public"."sweep"(integer) from PUBLIC, "anon", "authenticated", "service_role"',
        'grant execute on procedure "public"."sweep"(integer) to "service_role"',
    ]
