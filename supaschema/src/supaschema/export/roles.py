"""Which roles an export declares: those that what it declares names, where nobody logs in as them. Pure."""

from __future__ import annotations

from supaschema.core.model import Definition, Facts, ObjectId
from supaschema.engine.diff import Kinds
from supaschema.kinds.role import Role
from supaschema.supabase.roles import is_managed_elsewhere


def with_roles_named(meant: Facts, every: Facts, kinds: Kinds) -> Facts:
    """Return facts without what is the server's, but for roles that the rest names and a program may declare.

    Args:
        meant: What is to be declared.
        every: What there is.
        kinds: The registry.

    """
    own = {id: it for id, it in meant.items() if not kinds[id.kind].of_server}
    named = {name for id, it in own.items() for name in kinds[id.kind].roles(id, it, ())}

    def counts(id: ObjectId, definition: Definition) -> bool:
        is_group = isinstance(definition, Role) and not definition.beyond
        return is_group and id.name[0] in named and not is_managed_elsewhere(id.name[0])

    groups = {id for id, it in every.items() if counts(id, it)}
    roles = {id: it for id, it in every.items() if id in groups or not groups.isdisjoint(kinds[id.kind].parents(id))}
    return {**roles, **own}
