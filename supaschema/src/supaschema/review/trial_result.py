"""What came of trying a change, as values."""

from __future__ import annotations

import msgspec


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done with a change: whether it went well, how long it took, and what it said if not."""

    what: str
    passed: bool
    seconds: float
    said: str = ""


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody may do afterwards and could not before, or the contrary: a sentence, and in which direction."""

    direction: str
    text: str


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """How long a statement took; one that ran in batches, in all."""

    sql: str
    seconds: float


class Trial(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What was tried, what became of access, and what was not tried, or not as it is in the real database.

    Attributes:
        attempts: In their order; after a deployment that failed there is none.
        access: What differs before and after, the widest first. None: it is not known, for the change failed.
        not_tried: What nobody knows still.
        consented: Whether it was given there the consents that the stack does not give.
        rows: By relation, how many rows were made up to measure with. None were: how long it took says nothing.
        measured: How long each statement took, in their order.

    """

    attempts: tuple[Attempt, ...]
    access: tuple[Access, ...] | None
    not_tried: tuple[str, ...]
    consented: bool = False
    rows: dict[str, int] = {}
    measured: tuple[Measured, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether all went well."""
        return all(attempt.passed for attempt in self.attempts)
