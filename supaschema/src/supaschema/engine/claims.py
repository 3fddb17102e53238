"""What a resource enters in the ledger before its first statement: what there was when it came. Names no kind."""

from __future__ import annotations

from collections.abc import Iterable

from supaschema.core.model import Definition, Facts, ObjectId, Plan
from supaschema.core.urn import Urn
from supaschema.database.connect import Connection, Server
from supaschema.engine.diff import Kinds
from supaschema.engine.intent import Intent
from supaschema.engine.renames import applicable
from supaschema.kinds.helper_names import is_helper
from supaschema.ledger import Ledger, LedgerState, moved


def enter(
    connection: Connection,
    store: Ledger,
    intent: Intent,
    plan: Plan,
    live: Facts,
    *,
    ledger: LedgerState,
    server: Server,
    kinds: Kinds,
) -> None:
    """Write who declares what from now on, and what it was before, under the names that the plan gives.

    Args:
        connection: In the transaction of the plan's first statement.
        store: What writes the ledger.
        intent: What is wanted.
        plan: What is about to run.
        live: What exists.
        ledger: The ledger, as it was read.
        server: The server.
        kinds: The registry.

    """
    renames = applicable(intent.renames, live, kinds)
    moved.write(connection, renames.moved(ledger.owners), renames.worded(ledger))
    moved.write_relations(connection, renames.relations, renames.schemas)
    unknown = _unknown(intent, plan, renames.facts(live), renames.ledger(ledger), kinds)
    if intent.new_urn is not None:
        store.rename(connection, intent.urn, intent.new_urn)
    store.take_over(connection, intent.ledger_urn, intent.taken)
    changed = {delta.id for delta in plan.deltas}
    alike = {id: item for id, item in intent.declared.items() if id not in changed}
    store.claim(connection, intent.ledger_urn, server, unknown, alike, generation=intent.generation)


def _unknown(
    intent: Intent, plan: Plan, live: Facts, ledger: LedgerState, kinds: Kinds
) -> dict[ObjectId, Definition | None]:
    # What the ledger does not hold yet, as it is now. What somebody made by hand where the resource speaks for all of
    # a kind is repaired, and is nobody's: it must not come back when the resource goes.
    touched = dict.fromkeys((*intent.declared, *(delta.id for delta in plan.deltas)))
    unknown = (id for id in touched if id in intent.desired and id not in ledger.owners)
    return {id: live.get(id) for id in unknown if id in intent.declared or not _is_repaired(id, intent, ledger, kinds)}


def _is_repaired(id: ObjectId, intent: Intent, ledger: LedgerState, kinds: Kinds) -> bool:
    kind = kinds[id.kind]
    spoken = (ledger.entry(other) for other in kind.spoken_for_with(id))
    earlier = any(entry.declared_hash is not None for entry in spoken if entry and _is_own(entry.urn, intent))
    # What an unfinished change left was never there for anybody.
    return is_helper(id.name[-1]) or earlier or _is_in_what_was_made(kind.parents(id), intent, ledger)


def _is_in_what_was_made(parents: Iterable[ObjectId], intent: Intent, ledger: LedgerState) -> bool:
    # It goes when that goes, which the same stack made.
    stack = Urn.parse(intent.urn).stack_and_project
    entries = (ledger.entry(parent) for parent in parents)
    return any(entry.made and Urn.parse(entry.urn).stack_and_project == stack for entry in entries if entry)


def _is_own(urn: str, intent: Intent) -> bool:
    return urn in (intent.urn, intent.new_urn, *intent.taken.values())
