"""Objects of which the catalog holds nothing where they are as the server has them by itself. Names no kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from supaschema.core.model import Facts, ObjectId
from supaschema.engine.diff import Kinds


def implied(
    ids: Iterable[ObjectId], facts: Facts, kinds: Kinds, is_known: Callable[[ObjectId], bool] = lambda _: False
) -> Facts:
    """Return those of some objects that exist though no query gives them.

    Args:
        ids: The objects.
        facts: What the queries gave.
        kinds: The registry.
        is_known: Tells whether what one of them belongs to exists, where that was not asked for.

    """
    found = {id: kinds[id.kind].implied(id) for id in ids if id not in facts}
    return {
        id: definition
        for id, definition in found.items()
        if definition is not None and all(it in facts or is_known(it) for it in kinds[id.kind].parents(id))
    }
