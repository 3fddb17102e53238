"""Grants on schemas."""

from supaschema.core.model import ObjectId
from supaschema.declarations import Grant, Privilege
from supaschema.kinds.base import Context
from supaschema.kinds.grants import declared_grants
from supaschema.kinds.schema_grants import SchemaGrantsKind

ID = ObjectId("schema_grants", ("private",))


def test_a_new_schema_opens_to_those_named():
    kind = SchemaGrantsKind()
    declared = declared_grants([Grant(to="authenticated", privileges=(Privilege.ALL,))])
    context = Context(major=17, fresh=frozenset({ObjectId("schema", ID.name)}))

    steps = kind.create(ID, kind.resolve(ID, declared, None, context), context)

    assert [statement.text for statement in steps.statements] == [
        'revoke all on schema "private" from PUBLIC, "anon", "authenticated", "service_role"',
        'grant create, usage on schema "private" to "authenticated"',
    ]
