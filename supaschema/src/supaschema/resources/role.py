"""Role: what grants and policies name, and nobody logs in as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.lints import Lint
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import Role
from supaschema.kinds import role as role_kind
from supaschema.lint.identifiers import name_problems
from supaschema.resources.base import Resource
from supaschema.supabase.roles import is_managed_elsewhere

_RESERVED = ("none", "current_role", "current_user", "session_user")


class RoleResource(Resource[Role]):
    """Roles that nobody logs in as."""

    declaration = Role

    def identify(self, declared: Role) -> str:
        """Return the role's name."""
        return declared.name

    def imported(self, id: str, live: Facts) -> Role | None:
        """Return the live role's declaration."""
        return _declared_from(live, id)

    def problems(self, declared: Role) -> Iterable[DeclarationError]:
        """Return names that are not ours to take, and what passes by every policy."""
        yield from name_problems(declared.name, field="name")
        if is_managed_elsewhere(declared.name):
            what = f"the role {declared.name} is the server's or the platform's."
            remedy = "Grant to it what it needs; what it is itself, the platform says."
            yield DeclarationError(what, field="name", remedy=remedy)
        if declared.name in _RESERVED:
            what = f'SQL has a meaning of its own for "{declared.name}": no role is called so.'
            yield DeclarationError(what, field="name", remedy="Choose another name.")
        if declared.bypass_rls:
            what = f"no policy limits whoever acts as {declared.name}."
            remedy = "Have its policies say which rows it sees, and leave bypassRls out."
            yield DeclarationError(what, field="bypassRls", remedy=remedy, lint=Lint.GRANT_PAST_POLICIES)

    def facts(self, declared: Role) -> tuple[Fact, ...]:
        """Return the role."""
        definition = role_kind.Role(inherit=declared.inherit, bypass_rls=declared.bypass_rls, comment=declared.comment)
        return (Fact(ObjectId("role", (declared.name,)), definition),)

    def renames(self, declared: Role) -> tuple[Rename, ...]:
        """Return those of the role: what texts say in quotes is no name of it."""
        new = ObjectId("role", (declared.name,))
        return tuple(Rename(ObjectId("role", (old,)), new, is_spoken=False) for old in declared.renamed_from)

    def former(self, declared: Role) -> tuple[str, ...]:
        """Return its former names."""
        return declared.renamed_from

    def lift(self, facts: Facts, declared: Role) -> Mapping[str, Any]:
        """Return the role as the facts have it."""
        found = _declared_from(facts, declared.name, declared)
        return {} if found is None else found.to_inputs()


def _declared_from(facts: Facts, name: str, known: Role | None = None) -> Role | None:
    found = facts.get(ObjectId("role", (name,)))
    if not isinstance(found, role_kind.Role):
        return None
    said = known is not None and known.comment is not None
    return Role(
        name=name,
        inherit=found.inherit,
        bypass_rls=found.bypass_rls,
        comment=found.comment if said else found.comment or None,
    )
