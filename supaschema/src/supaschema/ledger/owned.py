"""One owner per object: what a resource declares, no other resource may."""

from __future__ import annotations

from supaschema.core.errors import OwnershipError
from supaschema.core.model import Facts
from supaschema.core.urn import Urn
from supaschema.ledger.store import LedgerState


def refuse_foreign(declared: Facts, urn: str, ledger: LedgerState) -> None:
    """Refuse what another resource declares.

    Args:
        declared: What a resource declares.
        urn: The resource, as the ledger knows it.
        ledger: Who declares what by now.

    Raises:
        OwnershipError: Naming the other resource, and what to do.

    """
    for id in declared:
        owner = ledger.owners.get(id, urn)
        if owner != urn:
            raise OwnershipError(
                f"it is declared by another resource, {owner}.",
                where=str(id),
                remedy=_advice(urn, owner),
            )


def _advice(urn: str, owner: str) -> str:
    own, other = Urn.parse(urn), Urn.parse(owner)
    if own.stack_and_project == other.stack_and_project:
        advice = f'If only this declaration moved, run `python -m supaschema move --from "{owner}" --to "{urn}"`. '
        if own.type == other.type:
            alias = f'If that resource was renamed or moved to become this one, give this one aliases=["{owner}"]. '
            advice = alias + advice
        return advice + "Otherwise remove one of the two."
    return "Two stacks cannot own one object: remove the declaration from one of them."
