"""One owner per object: what a resource declares, no other resource may, but for objects that move with a set."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from supaschema.core.errors import OwnershipError
from supaschema.core.model import Facts, ObjectId
from supaschema.core.urn import Urn
from supaschema.database.connect import Connection

_SET = ":ObjectSet"
"""How the type of a resource ends that others join and leave."""


def may_move(source: str, target: str) -> bool:
    """Return whether an object moves from one resource to another by being declared there, named by their URNs.

    It does within a stack where one of the two is a set. Whoever renames a resource says so by an alias.
    """
    own, other = Urn.parse(source), Urn.parse(target)
    return own.stack_and_project == other.stack_and_project and _SET in (
        own.type[-len(_SET) :],
        other.type[-len(_SET) :],
    )


def taken_over(
    declared: Facts, urn: str, owners: Mapping[ObjectId, str], renamed: Container[ObjectId] = ()
) -> dict[ObjectId, str]:
    """Return what a resource takes over from others, with their URNs; refuse what they keep.

    Args:
        declared: What a resource declares. Nobody else in the program does: that is checked before.
        urn: The resource, as the ledger knows it.
        owners: Who declares what by now.
        renamed: What of it the declaration says was called otherwise: within a stack it is taken over like that.

    Raises:
        OwnershipError: Naming the other resource, and what to do.

    """
    taken: dict[ObjectId, str] = {}
    for id in declared:
        owner = owners.get(id, urn)
        if owner == urn:
            continue
        own_stack = Urn.parse(owner).stack_and_project == Urn.parse(urn).stack_and_project
        if may_move(owner, urn) or (id in renamed and own_stack):
            taken[id] = owner
        else:
            raise _declared_by(owner, urn, id)
    return taken


def require_claimed(connection: Connection, urn: str, ids: Iterable[ObjectId]) -> None:
    """Refuse what another process of the same deployment entered meanwhile for a resource of its own.

    Raises:
        OwnershipError: Naming the other resource, and what to do.

    """
    found = connection.execute(
        "select object, urn from supaschema.objects where object = any(%s) and urn <> %s order by object limit 1",
        [[id.key for id in ids], urn],
    ).fetchone()
    if found is not None:
        raise _declared_by(found[1], urn, ObjectId.from_key(found[0]))


def _declared_by(owner: str, urn: str, id: ObjectId) -> OwnershipError:
    what = f"it is declared by another resource, {owner}."
    return OwnershipError(what, where=str(id), remedy=_advice(urn, owner))


def _advice(urn: str, owner: str) -> str:
    own, other = Urn.parse(urn), Urn.parse(owner)
    if own.stack_and_project == other.stack_and_project:
        advice = f'If only this declaration moved, run `python -m supaschema move --from "{owner}" --to "{urn}"`. '
        if own.type == other.type:
            alias = f'If that resource was renamed or moved to become this one, give this one aliases=["{owner}"]. '
            advice = alias + advice
        return advice + "Otherwise remove one of the two."
    return "Two stacks cannot own one object: remove the declaration from one of them."
