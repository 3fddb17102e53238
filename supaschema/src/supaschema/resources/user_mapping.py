"""UserMapping: as whom a role is known on a foreign server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.declarations import UserMapping
from supaschema.kinds import foreign_options
from supaschema.kinds import user_mapping as user_mapping_kind
from supaschema.lint.foreign import option_problems
from supaschema.lint.identifiers import name_problems
from supaschema.resources.base import Resource


class UserMappingResource(Resource[UserMapping]):
    """User mappings."""

    declaration = UserMapping

    def identify(self, declared: UserMapping) -> str:
        """Return `server.role`."""
        return ".".join(_id(declared).name)

    def imported(self, id: str, live: Facts) -> UserMapping | None:
        """Return the live mapping's declaration, which has hashes of its options, if the server shows them."""
        # Each part may have dots of its own: what is live tells where one ends.
        names = (it.name for it in live if it.kind == "user_mapping" and ".".join(it.name) == id)
        return next((_from(live, UserMapping(server=server, user=user)) for server, user in names), None)

    def problems(self, declared: UserMapping) -> Iterable[DeclarationError]:
        """Return names that are too long, and what hides a value."""
        yield from name_problems(declared.server, field="server")
        yield from name_problems(declared.user, field="user")
        yield from option_problems(declared.options)

    def facts(self, declared: UserMapping) -> tuple[Fact, ...]:
        """Return the mapping."""
        return (Fact(_id(declared), _definition(declared)),)

    def anchors(self, declared: UserMapping) -> frozenset[tuple[str, ...]]:
        """Return the mapping, and the server."""
        return super().anchors(declared) | {(declared.server,)}

    def lift(self, facts: Facts, declared: UserMapping) -> Mapping[str, Any]:
        """Return the mapping as the facts have it; what the server does not show is as it was declared."""
        found = _from(facts, declared)
        return {} if found is None else found.to_inputs()


def _definition(declared: UserMapping) -> user_mapping_kind.UserMapping:
    return user_mapping_kind.UserMapping(role=declared.user, options=declared.options, declared=True)


def _id(declared: UserMapping) -> ObjectId:
    return ObjectId("user_mapping", (declared.server, declared.user))


def _from(facts: Facts, known: UserMapping) -> UserMapping | None:
    found = facts.get(_id(known))
    if not isinstance(found, user_mapping_kind.UserMapping):
        return None
    options = known.options
    if found.options is not None:
        live = foreign_options.sealed(found.options, all_keys=True)
        options = foreign_options.listed(live, known.options, all_keys=True)
    return UserMapping(server=known.server, user=known.user, options=options)
