"""The risks of statements. Without what connects to a database, for programs name them too."""

from __future__ import annotations

from enum import Enum


class Hazard(Enum):
    """Risk of a statement. `needs_consent` tells those that are refused unless the stack allows them."""

    DELETES_DATA = "DELETES_DATA"
    TAKES_DATA_OUT_OF_USE = "TAKES_DATA_OUT_OF_USE"
    REWRITES_TABLE = "REWRITES_TABLE"
    ACQUIRES_ACCESS_EXCLUSIVE_LOCK = "ACQUIRES_ACCESS_EXCLUSIVE_LOCK"
    CORRECTNESS = "CORRECTNESS"
    HAS_UNTRACKABLE_DEPENDENCIES = "HAS_UNTRACKABLE_DEPENDENCIES"
    AUTHZ_UPDATE = "AUTHZ_UPDATE"
    INDEX_BUILD = "INDEX_BUILD"
    INDEX_DROPPED = "INDEX_DROPPED"
    BLOCKS_WRITERS = "BLOCKS_WRITERS"
    NON_TRANSACTIONAL = "NON_TRANSACTIONAL"

    @property
    def needs_consent(self) -> bool:
        """Whether `allowHazards` must name it: what destroys, removes, rewrites, blocks readers or changes meaning."""
        return self in _NEED_CONSENT


_NEED_CONSENT = {
    Hazard.DELETES_DATA,
    Hazard.TAKES_DATA_OUT_OF_USE,
    Hazard.REWRITES_TABLE,
    Hazard.ACQUIRES_ACCESS_EXCLUSIVE_LOCK,
    Hazard.CORRECTNESS,
}
