"""Names of what exists for the time of a change only: built beside what it replaces, or about to be dropped."""

from __future__ import annotations

import hashlib
import re
from enum import Enum

from supaschema.core.sqltext import MAX_IDENTIFIER_BYTES, Name


class Helper(Enum):
    """What a helper is for."""

    COMING = "new"
    """It takes the place of what is live."""
    GOING = "old"
    """It was live."""


_HELPER = re.compile(rf"__({'|'.join(helper.value for helper in Helper)})_[0-9a-f]{{8}}$")


def helper_name(name: Name, helper: Helper) -> str:
    """Return the name of an object's helper: the same in every run, so that the next finds what one left.

    The digest tells it from every name that somebody chose, and from the helpers of names that begin alike.

    Args:
        name: Schema, relation, and the object's own name.
        helper: What the helper is for.

    """
    digest = hashlib.sha256("\0".join(name).encode()).hexdigest()[:8]
    tail = f"__{helper.value}_{digest}"
    return f"{_cut(name[-1], MAX_IDENTIFIER_BYTES - len(tail))}{tail}"


def helper_names(name: Name) -> tuple[str, ...]:
    """Return the names of all helpers that an object can have."""
    return tuple(helper_name(name, helper) for helper in Helper)


def is_helper(name: str) -> bool:
    """Return whether a name may be that of a helper."""
    return "__" in name and _HELPER.search(name) is not None


def _cut(name: str, size: int) -> str:
    # The server counts bytes; what is left of a character that the cut goes through is no character.
    return name.encode()[:size].decode(errors="ignore")
