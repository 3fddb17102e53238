"""What a deployment that was killed may have left beside an object: built for a change, or about to be dropped.

Told in the preview of whatever declares the object, as what it is: an object that goes.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable

from supaschema.core.model import ObjectId
from supaschema.kinds.helper_names import helper_names, is_helper


def leftovers(declared: Iterable[ObjectId], live: Collection[ObjectId], owned: Container[ObjectId]) -> list[ObjectId]:
    """Return the live helpers of declared objects; mostly there are none, and no name is looked at twice.

    Args:
        declared: What is declared.
        live: What exists.
        owned: What the ledger holds: whatever it is called, it is somebody's.

    """
    helpers = [id for id in live if is_helper(id.name[-1]) and id not in owned]
    if not helpers:
        return []
    names = {(*id.name[:-1], helper) for id in declared for helper in helper_names(id.name)}
    return [id for id in helpers if id.name in names]
