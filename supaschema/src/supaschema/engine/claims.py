"""What a resource enters in the ledger before its first statement: what there was when it came. Names no kind."""

from __future__ import annotations

from collections.abc import Iterable

from supaschema.core.model import Definition, Facts, ObjectId, Plan
from supaschema.core.urn import Urn
from supaschema.engine.diff import Kinds
from supaschema.engine.intent import Intent
from supaschema.ledger import LedgerState


def claimed(
    intent: Intent, plan: Plan, live: Facts, ledger: LedgerState, kinds: Kinds
) -> dict[ObjectId, Definition | None]:
    """Return what each object is now that the ledger does not hold yet and is to hold; None: it does not exist.

    What somebody made by hand where the resource speaks for all of a kind is repaired, and is nobody's: it must not
    come back when the resource goes.

    Args:
        intent: What is wanted.
        plan: What is about to run.
        live: What exists, under the names that the plan gives.
        ledger: The ledger, under these names.
        kinds: The registry.

    """
    touched = dict.fromkeys((*intent.declared, *(delta.id for delta in plan.deltas)))
    unknown = (id for id in touched if id in intent.desired and id not in ledger.owners)
    return {id: live.get(id) for id in unknown if id in intent.declared or not _is_repaired(id, intent, ledger, kinds)}


def _is_repaired(id: ObjectId, intent: Intent, ledger: LedgerState, kinds: Kinds) -> bool:
    kind = kinds[id.kind]
    spoken = (ledger.entry(other) for other in kind.spoken_for_with(id))
    earlier = any(entry.declared_hash is not None for entry in spoken if entry and _is_own(entry.urn, intent))
    return earlier or _is_in_what_was_made(kind.parents(id), intent, ledger)


def _is_in_what_was_made(parents: Iterable[ObjectId], intent: Intent, ledger: LedgerState) -> bool:
    # It goes when that goes, which the same stack made.
    stack = Urn.parse(intent.urn).stack_and_project
    entries = (ledger.entry(parent) for parent in parents)
    return any(entry.made and Urn.parse(entry.urn).stack_and_project == stack for entry in entries if entry)


def _is_own(urn: str, intent: Intent) -> bool:
    return urn in (intent.urn, intent.new_urn, *intent.taken.values())
