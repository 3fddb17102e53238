"""RoleMembership: who has the rights of another role, or may become it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.declarations import RoleMembership
from supaschema.kinds import role_membership as membership_kind
from supaschema.lint.identifiers import name_problems
from supaschema.resources.base import Resource
from supaschema.supabase.roles import PUBLIC, is_managed_elsewhere


class RoleMembershipResource(Resource[RoleMembership]):
    """Memberships of roles."""

    declaration = RoleMembership

    def identify(self, declared: RoleMembership) -> str:
        """Return `role.member`."""
        return ".".join(_id(declared).name)

    def imported(self, id: str, live: Facts) -> RoleMembership | None:
        """Return the live membership's declaration."""
        # Each part may have dots of its own: what is live tells where one ends.
        named = (it for it in live if it.kind == "role_membership" and ".".join(it.name) == id)
        return next((_from(it, live[it], None) for it in named), None)

    def problems(self, declared: RoleMembership) -> Iterable[DeclarationError]:
        """Return names that no role has, and memberships that are the platform's to make."""
        for field, name in (("role", declared.role), ("member", declared.member)):
            yield from name_problems(name, field=field)
            if name == PUBLIC:
                what = "PUBLIC is no role: it is a member of none, and nobody is a member of it."
                yield DeclarationError(what, field=field, remedy="Name a role, or grant to PUBLIC what it is to have.")
        if declared.role == declared.member:
            what = f"{declared.role} would be a member of itself."
            yield DeclarationError(what, field="member", remedy="Name another role.")
        elif is_managed_elsewhere(declared.role) and is_managed_elsewhere(declared.member):
            what = f"{declared.role} and {declared.member} are both the server's or the platform's."
            remedy = "Make a Role of yours a member, or grant what is needed itself."
            yield DeclarationError(what, field="role", remedy=remedy)

    def facts(self, declared: RoleMembership) -> tuple[Fact, ...]:
        """Return the membership."""
        definition = membership_kind.RoleMembership(
            admin=declared.admin, inherit=declared.inherit, may_set=declared.may_set
        )
        return (Fact(_id(declared), definition),)

    def anchors(self, declared: RoleMembership) -> frozenset[tuple[str, ...]]:
        """Return it, and both roles."""
        return super().anchors(declared) | {(declared.role,), (declared.member,)}

    def lift(self, facts: Facts, declared: RoleMembership) -> Mapping[str, Any]:
        """Return the membership as the facts have it."""
        found = facts.get(_id(declared))
        return {} if found is None else _from(_id(declared), found, declared).to_inputs()


def _id(declared: RoleMembership) -> ObjectId:
    return ObjectId("role_membership", (declared.role, declared.member))


def _from(id: ObjectId, found: Any, known: RoleMembership | None) -> RoleMembership:
    assert isinstance(found, membership_kind.RoleMembership)
    # That it is had without a word said is the usual.
    is_said = found.inherit is False if known is None else known.inherit is not None
    return RoleMembership(
        role=id.name[0],
        member=id.name[1],
        admin=found.admin,
        inherit=found.inherit if is_said else None,
        may_set=found.may_set,
    )
