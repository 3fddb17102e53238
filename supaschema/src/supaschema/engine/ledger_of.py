"""The ledger of what a registry's kinds describe."""

from __future__ import annotations

from supaschema.core.secret_texts import Secrets
from supaschema.engine.diff import Kinds
from supaschema.ledger import Ledger


def ledger_of(kinds: Kinds, secrets: Secrets | None = None) -> Ledger:
    """Return what reads and writes the ledger, and refuses rows that are of no object of these kinds.

    Args:
        kinds: The registry.
        secrets: What the ledger holds as hashes only.

    """
    definitions = {name: kind.definition for name, kind in kinds.items()}
    return Ledger(definitions, secrets, {name: max(kind.parts, kind.family.parts) for name, kind in kinds.items()})
