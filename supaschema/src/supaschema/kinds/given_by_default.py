"""Whom default privileges give something of what this role makes."""

from __future__ import annotations

from supaschema.core.model import ObjectId
from supaschema.kinds.context import Context
from supaschema.kinds.grants_definition import Grants

_NEW = {"r": "tables", "S": "sequences", "f": "functions", "T": "types"}
"""By how pg_default_acl calls objects of a type: what default privileges of them are named by."""


def given_by_default(schema: str, type: str | None, context: Context) -> frozenset[str]:
    """Return the roles to which they give something of a new object of a type in a schema.

    Args:
        schema: Its schema.
        type: How pg_default_acl calls objects of its type; None: there are no default privileges for them.
        context: The rest.

    """
    given = context.given_by_default
    own, everywhere = (given.get((name, type or ""), frozenset()) for name in (schema, ""))
    return own | everywhere | _coming(schema, type, context)


def _coming(schema: str, type: str | None, context: Context) -> frozenset[str]:
    # What the same plan makes default privileges give is given by then.
    objects = _NEW.get(type or "")
    names = ((context.user, objects), (context.user, schema, objects)) if context.user and objects else ()
    found = (context.becoming.get(ObjectId("default_grants", name)) for name in names)
    return frozenset(entry.grantee for it in found if isinstance(it, Grants) for entry in it.entries)
