"""What the server moves to another schema along with an object that is moved, and with that only. Names no kind."""

from __future__ import annotations

from collections.abc import Callable

from supaschema.core.errors import DependencyError
from supaschema.core.model import Facts
from supaschema.engine.diff import Kinds
from supaschema.engine.intent import Anchors, anchors_of
from supaschema.engine.renames import Renames
from supaschema.ledger import LedgerState


def require_alone(renames: Renames, ledger: LedgerState, facts: Callable[[Anchors], Facts], kinds: Kinds) -> None:
    """Refuse to move to another schema what takes something along that is declared, or what goes along only.

    Args:
        renames: What would be renamed.
        ledger: Who declares what, as it is called before.
        facts: Gives what there is in some places.
        kinds: The registry.

    Raises:
        DependencyError: Naming both.

    """
    pairs = (pair for pair in renames.pairs if pair.is_ours and not kinds[pair.old.kind].holds_objects)
    moved = {pair.old: pair for pair in pairs if pair.old.name[:1] != pair.new.name[:1]}
    schemas = {id.name[:1] for id in moved}
    asked = sorted({id for id in ledger.owners if id.name[:1] in schemas} | moved.keys()) if moved else []
    live = facts(anchors_of(asked)) if asked else {}
    for id in asked:
        for whole in kinds[id.kind].goes_with(live[id]) if id in live else ():
            for it in sorted({id, *kinds[whole.kind].parents(whole)} & moved.keys()):
                raise DependencyError(
                    f"it cannot be moved to schema {moved[it].new.name[0]}: {id} goes with {whole}, and the server "
                    "moves that with its table only.",
                    where=str(it),
                    remedy=f"Nothing was changed. Declare {id} to go with nothing in a deployment before this one, and "
                    "give it back in one after it.",
                )
