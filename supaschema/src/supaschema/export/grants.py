"""Grants beyond those that an import takes: of roles that only this database has, and what no declaration can say."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from supaschema.core.model import Facts, ObjectId
from supaschema.declarations import Declaration, Domain, EnumType, Grant
from supaschema.engine.diff import Kinds
from supaschema.export.model import LeftOut
from supaschema.kinds.grants import GrantsKind
from supaschema.kinds.grants_definition import Grants
from supaschema.resources.base import Resource
from supaschema.supabase.roles import API_ROLES, is_platform_role


def with_other_roles(resource: Resource[Any], declared: Declaration, live: Facts) -> Declaration:
    """Return a declaration with the grants of every role, where its import takes those of the API alone.

    Args:
        resource: The declaration's resource.
        declared: As it was imported.
        live: The facts of what it is about.

    """
    policies = getattr(declared, "policies", ())
    named = {role for policy in policies for role in policy.to}
    others = sorted({role for _, item in _own(resource, declared, live) for role in _others(item, named)})
    if not others:
        return declared
    if hasattr(declared, "execute"):
        wider = msgspec.structs.replace(declared, execute=(*declared.execute, *others))
    else:
        grants = tuple(Grant(to=role, privileges=()) for role in others)
        wider = msgspec.structs.replace(declared, grants=(*(getattr(declared, "grants", None) or ()), *grants))
    found: Declaration = resource.parsed(resource.lift(live, wider))
    return found


def handing_on(resource: Resource[Any], declared: Declaration, live: Facts) -> dict[ObjectId, frozenset[str]]:
    """Return by grants the roles that may hand privileges on, or were handed some: no declaration says that."""
    found = {
        id: frozenset(it.grantee for it in item.entries if it.grantable or it.grantor is not None)
        for id, item in _own(resource, declared, live)
    }
    return {id: roles for id, roles in found.items() if roles}


def owners_bound(live: Facts, kinds: Kinds, major: int) -> Iterator[LeftOut]:
    """Yield the grants by which an object's owner may do less with it than owners may, on a server of this version."""
    for id, item in live.items():
        kind = kinds[id.kind]
        if not isinstance(item, Grants) or item.owner is None or not isinstance(kind, GrantsKind):
            continue
        lacking = sorted(set(kind.known(major)).difference(item.owner.privileges))
        if lacking:
            yield LeftOut(id, f"its owner has given up {', '.join(lacking)}: no declaration says that, so it stays.")


def without_grants(declared: Declaration) -> Declaration | None:
    """Return a declaration that leaves grants as they are; None: there is none without them."""
    if isinstance(declared, EnumType | Domain):
        return msgspec.structs.replace(declared, grants=None)
    return None


def _own(resource: Resource[Any], declared: Declaration, live: Facts) -> Iterator[tuple[ObjectId, Grants]]:
    if not hasattr(declared, "grants") and not hasattr(declared, "execute"):
        return
    names = {fact.id.name for fact in resource.facts(declared)}
    for id, item in live.items():
        if isinstance(item, Grants) and (id.name in names or id.name[:2] in names):
            yield id, item


def _others(item: Grants, named: Collection[str]) -> Iterator[str]:
    # Who may hand on what it has is left alone: a declaration that names a role is complete for it.
    bound = {it.grantee for it in item.entries if it.grantable or it.grantor is not None}
    for entry in item.entries:
        is_own = entry.grantee in named or not is_platform_role(entry.grantee)
        if is_own and entry.grantee not in bound and entry.grantee not in API_ROLES:
            yield entry.grantee
