"""Who may call a function: nobody but those named, PUBLIC's default included."""

from supaschema.core.model import ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.function_grants import FunctionGrantsKind, execute_fact
from supaschema.kinds.grants import Entry, Grants

KIND = FunctionGrantsKind()
ID = ObjectId("function_grants", ("public", "bump", "uuid, integer"))
FACT = execute_fact("function", ("public", "bump", "uuid, integer"), ["service_role"])
assert isinstance(FACT.definition, Grants)
DECLARED = FACT.definition


def test_the_roles_named_are_the_only_ones():
    assert FACT.id == ID
    assert DECLARED.entries == (Entry(grantee="service_role", privileges=("EXECUTE",)),)


def test_a_new_function_is_closed_to_everybody_first():
    context = Context(major=17, fresh=frozenset({ObjectId("function", ID.name)}))

    assert [statement.text for statement in KIND.create(ID, DECLARED, context).statements] == [
        'revoke all on function "public"."bump"(uuid, integer) from PUBLIC, "anon", "authenticated", "service_role"',
        'grant execute on function "public"."bump"(uuid, integer) to "service_role"',
    ]


def test_a_function_that_was_open_says_who_loses_it():
    live = Grants(entries=(Entry(grantee="public", privileges=("EXECUTE",)),), ordered=True)
    wanted = KIND.resolve(ID, DECLARED, live, Context(major=17))
    steps = KIND.alter(ID, live, wanted, Context(major=17))

    assert [note.sentence for statement in steps.statements for note in statement.hazards] == [
        "Everybody loses EXECUTE on function public.bump(uuid, integer).",
        "service_role gains EXECUTE on function public.bump(uuid, integer).",
    ]
