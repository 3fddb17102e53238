"""Locks of this process: of two threads only one works on a relation or routine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from supaschema.engine.intent import Anchors


class AnchorLocks:
    """A lock for each schema and name. For several threads."""

    def __init__(self) -> None:
        """Begin with none."""
        self._making = threading.Lock()
        self._locks: dict[tuple[str, ...], threading.Lock] = {}

    @contextmanager
    def held(self, anchors: Anchors) -> Iterator[None]:
        """Hold the locks of all of these, acquired in one order by everybody."""
        with self._making:
            locks = [self._locks.setdefault(anchor, threading.Lock()) for anchor in sorted(anchors)]
        with ExitStack() as stack:
            for lock in locks:
                stack.enter_context(lock)
            yield
