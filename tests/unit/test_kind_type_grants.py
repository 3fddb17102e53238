"""Grants on types."""

from supaschema.core.model import ObjectId
from supaschema.declarations import Grant, Privilege
from supaschema.kinds.base import Context
from supaschema.kinds.grants import declared_grants
from supaschema.kinds.type_grants import TypeGrantsKind

ID = ObjectId("type_grants", ("public", "mood"))


def test_a_new_type_is_for_those_named():
    kind = TypeGrantsKind()
    declared = declared_grants([Grant(to="service_role", privileges=(Privilege.ALL,))])
    context = Context(major=17, fresh=frozenset({ObjectId("enum_type", ID.name)}))

    steps = kind.create(ID, kind.resolve(ID, declared, None, context), context)

    assert [statement.text for statement in steps.statements] == [
        'revoke all on type "public"."mood" from PUBLIC, "anon", "authenticated", "service_role"',
        'grant usage on type "public"."mood" to "service_role"',
    ]
