"""What a resource enters in the ledger before its first statement: what there was when it came. Names no kind."""

from __future__ import annotations

from supaschema.core.model import Facts, Plan
from supaschema.database.connect import Connection, Server
from supaschema.engine.diff import Kinds
from supaschema.engine.intent import Intent
from supaschema.engine.ownership import declared_by_another, entered
from supaschema.engine.renames import Renames, applicable
from supaschema.engine.ways_back import former_names
from supaschema.ledger import Ledger, LedgerState, renamed


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

    Raises:
        OwnershipError: Another process of the same deployment entered one of them for a resource of its own meanwhile.

    """
    renames = applicable(intent.renames, live, kinds)
    _write_names(connection, renames, ledger)
    changed = dict.fromkeys(delta.id for delta in plan.deltas)
    own = entered(intent, changed, renames.facts(live), renames.ledger(ledger), kinds)
    if intent.new_urn is not None:
        store.rename(connection, intent.urn, intent.new_urn)
    store.take_over(connection, intent.ledger_urn, intent.taken)
    alike = {id: item for id, item in intent.declared.items() if id not in changed}
    new, of = _is_new(intent, ledger), intent.generation
    if other := store.enter(connection, intent.ledger_urn, server, own, alike, generation=of, is_new=new):
        raise declared_by_another(*other, intent.ledger_urn)


def follow(connection: Connection, renames: Renames, ledger: LedgerState) -> None:
    """Write what objects are called that somebody renamed by hand, unless that is written already.

    Args:
        connection: In the transaction of a plan's first statement.
        renames: What was renamed.
        ledger: The ledger, as it is before them.

    """
    if renamed.has_any(connection, (pair.old for pair in renames.pairs)):
        _write_names(connection, renames, ledger)


def _write_names(connection: Connection, renames: Renames, ledger: LedgerState) -> None:
    renamed.write(connection, renames.renamed(ledger.owners), renames.worded(ledger))
    renamed.write_former(connection, former_names(renames, ledger))
    renamed.write_relations(connection, renames.relations, renames.schemas)
    renamed.write_types(connection, renames.types)


def _is_new(intent: Intent, ledger: LedgerState) -> bool:
    return not any((ledger.of(intent.urn), ledger.of(intent.ledger_urn), intent.taken))
