"""Which locks a change takes on what exists, and what that means for everybody else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from supaschema.core.model import Hazard, LockMode
from supaschema.core.plan_record import Size, TakenLock
from supaschema.review.model import StackReport
from supaschema.review.phrases import Code, Phrase
from supaschema.review.words import amount, duration_of, number

OWN_SCHEMAS = ("supaschema", "supaschema_archive")
"""Schemas of the library itself: what is locked there is in nobody's way."""
_HAZARDS = (
    Hazard.ACQUIRES_ACCESS_EXCLUSIVE_LOCK,
    Hazard.BLOCKS_WRITERS,
    Hazard.INDEX_BUILD,
    Hazard.INDEX_DROPPED,
    Hazard.NON_TRANSACTIONAL,
)


def lock_lines(stack: StackReport) -> tuple[Phrase, ...]:
    """Return a line for each relation that is locked, the strongest lock first, and what else is to be said."""
    said = tuple(dict.fromkeys((risk.sentence,) for _, risk in stack.risks(*_HAZARDS)))
    taken = sorted(_others(stack), key=lambda each: -max(LockMode(lock.mode).strength for lock in each[1]))
    lines = tuple(_lock(stack, name, locks) for name, locks in taken)
    return (*lines, *said) or (("None on what exists.",),)


def _others(stack: StackReport) -> Iterator[tuple[str, Sequence[TakenLock]]]:
    # What is new nobody waits for, and the ledger and the archive are the library's own.
    for name, locks in stack.locks().items():
        if name in stack.sizes() and name.partition(".")[0] not in OWN_SCHEMAS:
            yield name, locks


def _lock(stack: StackReport, name: str, locks: Sequence[TakenLock]) -> Phrase:
    held = "; ".join(f"{lock.mode} {duration_of(lock)} ({_meaning(LockMode(lock.mode))})" for lock in locks)
    return (Code(name), f"{_size(stack.sizes()[name])}: {held}")


def _meaning(mode: LockMode) -> str:
    if mode is LockMode.ACCESS_EXCLUSIVE:
        return "nobody else reads or writes it"
    return "nobody else writes it" if mode.strength >= LockMode.SHARE.strength else "others read and write it"


def _size(size: Size) -> str:
    if not size.bytes:
        # A view, or a table without anything in it.
        return ""
    rows = "rows not counted yet" if size.rows < 0 else f"about {number(size.rows, 'row')}"
    used = f"read {number(size.reads, 'time')}, {number(size.writes, 'row')} written"
    return f" ({rows}, {amount(size.bytes)}, {used})"
