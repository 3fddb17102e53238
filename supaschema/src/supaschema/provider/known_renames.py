"""The renames that a resource needs not ask for: others of the run do them, or the program is as it was before them."""

from __future__ import annotations

from typing import Any

from supaschema.core.model import ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import Declaration
from supaschema.engine import ways_back
from supaschema.engine.database_state import DatabaseState
from supaschema.engine.ownership import Run
from supaschema.engine.renames import Renames
from supaschema.engine.renames_taken_back import taken_back
from supaschema.registry import KINDS
from supaschema.resources.base import Resource


def known_renames(
    resource: Resource[Any],
    urn: str,
    before: Declaration,
    declared: Declaration,
    others: tuple[Rename, ...],
    *,
    run: Run,
    state: DatabaseState,
) -> tuple[Rename, ...]:
    """Return them.

    Args:
        resource: What the resource is.
        urn: The resource, as the ledger knows it.
        before: What it declared when it was deployed last.
        declared: What it declares now.
        others: What other resources of the run rename.
        run: What the resources of the run have told.
        state: The database and its ledger.

    """
    ledger = state.ledger()
    if before == declared and not ledger.former:
        return others
    facts = {fact.id for fact in resource.facts(declared)}
    earlier = Renames(others, KINDS).reversed

    def owned(id: ObjectId) -> bool:
        return ledger.owners.get(earlier.id(id)) == urn

    back = () if before == declared else taken_back(resource.renames(before), facts, owned, KINDS)
    found = (*others, *back)
    asked = (*found, *resource.renames(declared))
    return (*found, *ways_back.ways_back(facts, urn, asked, ledger, kinds=KINDS, keeps=run.keeps))


def declared_again(urn: str, known: str, run: Run, state: DatabaseState) -> frozenset[ObjectId]:
    """Return what the ledger has of a resource that is to be deleted, and that the program declares under its URN.

    Args:
        urn: The resource.
        known: How the ledger knows it.
        run: What the resources of the run have told.
        state: The database and its ledger.

    """
    ledger = state.ledger()
    back = ways_back.ways_back(run.of(urn), known, (), ledger, kinds=KINDS, keeps=run.keeps)
    return run.declared_again(urn, ledger.of(known), back)


def refuse_renamed_away(
    resource: Resource[Any], urn: str, before: Declaration, declared: Declaration, *, run: Run, state: DatabaseState
) -> None:
    """Refuse to make anew and empty what a resource had, and what another one of the program has by now.

    Raises:
        OwnershipError: Naming the other one, and what to do.

    """
    if state.ledger().former:
        had, now = ({fact.id for fact in resource.facts(item)} for item in (before, declared))
        ways_back.refuse_renamed_away(now, had, urn, state.ledger(), kinds=KINDS, stays=run.has_told)
