"""Resources of one run that refer to each other without saying so in `depends_on`: the one that is referred to first.

Everything happens in the thread of the event loop, so that whoever waits takes no thread from those who work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from supaschema.core.errors import DependencyError, NotThereError

T = TypeVar("T")

PATIENCE_SECONDS = 2.0
"""How long nobody may be at work before it is given up to wait: the engine may work on one resource at a time."""
GRACE_SECONDS = 0.5
"""How long what is missing may be declared by a resource that comes at the same time."""


class Turns:
    """Who waits for whom."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._done: set[str] = set()
        self._working: set[str] = set()
        self._waiting: dict[str, frozenset[str]] = {}
        self._news = asyncio.Event()

    def declared(self, urn: str) -> None:
        """Note that a resource is to have its turn in this run."""
        self._done.discard(urn)

    def done(self, urn: str) -> None:
        """Note that nothing more is to be expected of a resource."""
        self._done.add(urn)
        self._news.set()
        self._news = asyncio.Event()

    async def take(
        self, urn: str, makers: Callable[[], frozenset[str]], work: Callable[[], Awaitable[T]], *, changes: bool = True
    ) -> T:
        """Do a resource's work after that of the resources that make what it refers to.

        What those are may be known in full only when something is found missing: it is then waited for once more.

        Args:
            urn: The resource.
            makers: Tells which resources make what it refers to, of those that the run has told.
            work: What is to be done for it.
            changes: Whether that changes anything. What does not is done again where something that it refers to was
                told meanwhile: it may have been taken for missing, or not.

        """
        try:
            while True:
                known = makers()
                await self._wait(urn, known)
                self._working.add(urn)
                try:
                    result = await work()
                    if changes or not makers() - known:
                        return result
                except NotThereError:
                    if not await _more(makers, known):
                        raise
                finally:
                    self._working.discard(urn)
        finally:
            self.done(urn)

    async def leave(self, urn: str, work: Callable[[], Awaitable[T]]) -> T:
        """Remove a resource; as long as something stands on it and others are removed at the same time, after them."""
        try:
            while True:
                news = self._news
                self._working.add(urn)
                try:
                    return await work()
                except DependencyError:
                    self._working.discard(urn)
                    if not await self._goes_on(news):
                        raise
        finally:
            self._working.discard(urn)
            self.done(urn)

    async def _goes_on(self, news: asyncio.Event) -> bool:
        # Whether others came to an end since, or will.
        while not news.is_set():
            try:
                await asyncio.wait_for(news.wait(), GRACE_SECONDS)
            except TimeoutError:
                if not self._working:
                    return False
        return True

    async def _wait(self, urn: str, others: frozenset[str]) -> None:
        while left := frozenset(other for other in others - self._done if not self._waits(other, urn)):
            self._waiting[urn] = left
            try:
                await asyncio.wait_for(self._news.wait(), PATIENCE_SECONDS)
            except TimeoutError:
                if not self._working:
                    # Nothing is to be expected of them any more: nobody waits for them twice.
                    self._done |= left
                    break
            finally:
                del self._waiting[urn]

    def _waits(self, urn: str, other: str) -> bool:
        # Of a circle one has to begin.
        seen, left = set[str](), [urn]
        while left:
            for beneath in self._waiting.get(left.pop(), frozenset()) - seen:
                if beneath == other:
                    return True
                seen.add(beneath)
                left.append(beneath)
        return False


async def _more(makers: Callable[[], frozenset[str]], known: frozenset[str]) -> bool:
    loop = asyncio.get_running_loop()
    end = loop.time() + GRACE_SECONDS
    while not makers() - known:
        if loop.time() > end:
            return False
        await asyncio.sleep(0.05)
    return True
