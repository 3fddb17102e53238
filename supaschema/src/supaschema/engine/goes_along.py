"""Whose an object is that the server drops with one of another resource. Names no kind."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable

from supaschema.core.errors import DependencyError, OwnershipError
from supaschema.core.model import Delta, Facts, ObjectId
from supaschema.core.urn import Urn, resource_name
from supaschema.engine.diff import Kinds
from supaschema.engine.intent import Intent
from supaschema.engine.ownership import of_one_stack
from supaschema.ledger import LedgerState


def require_left(deltas: Iterable[Delta], intent: Intent, ledger: LedgerState, kinds: Kinds) -> None:
    """Refuse to take from an object of another resource what went with it before this one declared that.

    Args:
        deltas: What changes.
        intent: What is wanted.
        ledger: Who declares what.
        kinds: The registry.

    Raises:
        OwnershipError: Naming both.

    """
    for delta in deltas:
        if delta.old is None or delta.id not in intent.declared:
            continue
        kind, entry = kinds[delta.id.kind], ledger.entry(delta.id)
        after = kind.goes_with(delta.new) if delta.new is not None else ()
        for whole in kind.goes_with(delta.old):
            owner = ledger.owners.get(whole, intent.urn)
            if whole in after or owner == intent.urn or (entry is not None and entry.made):
                continue
            raise OwnershipError(
                f'it goes with {whole}, which resource "{resource_name(owner)}" declares.',
                where=str(delta.id),
                remedy="Nothing was changed. Leave it with that, or take it out of that resource first.",
            )


def require_undeclared(
    along: Iterable[ObjectId], intent: Intent, ledger: LedgerState, live: Facts, kinds: Kinds
) -> None:
    """Refuse to take along what another resource declares: that one would find it gone, and what it held with it.

    Args:
        along: What the server drops along, or what goes to the archive along.
        intent: What is wanted.
        ledger: Who declares what.
        live: What there is.
        kinds: The registry.

    Raises:
        DependencyError: Naming both.

    """
    for id in along:
        owner = ledger.owners.get(id, intent.urn)
        for whole in kinds[id.kind].goes_with(live[id]):
            if owner != intent.urn:
                raise DependencyError(
                    f'{id} would go with it, which resource "{resource_name(owner)}" declares.',
                    where=str(whole),
                    remedy="Nothing was changed. Declare that to go with nothing first, or remove it, in a deployment "
                    "before this one; or put both into one ObjectSet: both then change in one plan.",
                )


def require_own_within(
    gone: Collection[ObjectId], intent: Intent, ledger: LedgerState, live: Facts, kinds: Kinds
) -> None:
    """Refuse to drop what another stack declares something in: a table with a column, an index or a policy of theirs.

    Args:
        gone: What is dropped.
        intent: What is wanted.
        ledger: Who declares what.
        live: What there is: what somebody has dropped meanwhile keeps nothing.
        kinds: The registry.

    Raises:
        OwnershipError: Naming both, and the resource.

    """
    # What is another stack's as a whole is told as that elsewhere.
    ours_to_drop = {it for it in gone if (of := ledger.owners.get(it)) is None or of_one_stack(of, intent.urn)}
    for id, owner in ledger.owners.items() if ours_to_drop else ():
        wholes = [it for it in kinds[id.kind].parents(id) if it in ours_to_drop]
        if wholes and id in live and not of_one_stack(owner, intent.urn):
            theirs, ours = (shlex.quote("::".join(Urn.parse(urn).stack_and_project)) for urn in (owner, intent.urn))
            raise OwnershipError(
                f"it would go with {wholes[0]}, and belongs to {owner}.",
                where=str(id),
                remedy="Nothing was changed. Let that stack take it out first; where that one is gone for good, run "
                f"`python -m supaschema claim --from {theirs} --to {ours}`.",
            )
