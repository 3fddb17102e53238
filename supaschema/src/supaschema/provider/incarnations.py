"""Which incarnation of a resource a state speaks of: Pulumi may make one again, and only then delete the old one.

Both have one name and the same objects. So each Create has a generation, in the ledger and in its outputs, and a Delete
that carries an older one than the ledger removes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LEDGER_URN = "ledgerUrn"
"""Output that holds the URN under which the ledger knows the resource: an alias, a rename or a move of its state may
have given it another since, which the next update enters."""

GENERATION = "generation"
"""Output that holds the resource's generation; what an earlier version made has none."""

REPLACED = "Nothing was removed: the resource was made again since, and its objects are the new one's."
STAYS = "Nothing of it is removed that the program declares under the same name: it is taken over as it is."
TAKEN_OVER = "Its objects are this resource's already: they stay, and only what differs is changed."

Inputs = dict[str, Any]


def generation_of(outputs: Mapping[str, Any]) -> int:
    """Return the generation that a state holds."""
    return int(outputs.get(GENERATION) or 0)
