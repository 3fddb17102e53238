"""Python's garbage collector, set for what a process of ours makes: mostly values, which hold no circles."""

from __future__ import annotations

import gc

COLLECTED_AFTER = 50_000
"""How many more objects there are than at the last garbage collection when the next one begins."""


def collect_seldom() -> None:
    """Leave out what is imported from collections, for it stays, and begin the next one later than Python would."""
    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER)
