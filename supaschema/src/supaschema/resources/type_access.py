"""Who may use a type, of whatever sort it is: as a fact, and as its declaration says it."""

from __future__ import annotations

from collections.abc import Iterator

from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.sqltext import Name
from supaschema.declarations import Grant, Privilege
from supaschema.kinds.grants import declared_grants, grants_from
from supaschema.supabase.roles import API_ROLES, PUBLIC

Grants = tuple[Grant, ...] | None
"""None: the declaration says nothing of them."""

_USUAL = [(PUBLIC, (Privilege.USAGE,))]
"""What a type has that nobody granted anything."""


def type_grants_facts(name: Name, grants: Grants) -> Iterator[Fact]:
    """Yield who may use a type, where that is declared."""
    if grants is not None:
        yield Fact(ObjectId("type_grants", name), declared_grants(grants))


def type_grants_from(facts: Facts, name: Name, known: Grants, *, is_declared: bool) -> Grants:
    """Return the grants of a type as its declaration is to say them.

    Args:
        facts: What there is.
        name: The type's.
        known: What the declaration says.
        is_declared: Whether there is a declaration; else one is made, which leaves out what is as usual.

    """
    order = known or ()
    managed = {*API_ROLES, *(grant.to for grant in order)}
    grants = grants_from(facts.get(ObjectId("type_grants", name)), managed, order)
    is_usual = [(grant.to, grant.privileges) for grant in grants] == _USUAL
    is_said = known is not None if is_declared else not is_usual
    return grants if is_said else None
