"""Which locks a change takes on what exists, and what that means for everybody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from supaschema.core.model import Hazard, LockMode
from supaschema.core.plan_record import Size
from supaschema.review.lock_times import Held, Work, held
from supaschema.review.model import StackReport
from supaschema.review.phrases import Code, Phrase, listed
from supaschema.review.words import amount, duration, number

OWN_SCHEMAS = ("supaschema", "supaschema_archive")
"""Schemas of the library itself: what is locked there is in nobody's way."""
_NAMED = 2
"""How much of what goes on until a lock is released is named."""
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
    sizes = stack.sizes()
    # What is new nobody waits for, and the ledger and the archive are the library's own.
    others = [each for each in held(stack).items() if each[0] in sizes and each[0].partition(".")[0] not in OWN_SCHEMAS]
    taken = sorted(others, key=lambda each: -max(lock.mode.strength for lock in each[1]))
    rows = stack.trial.rows if stack.trial is not None else {}
    lines = tuple(_lock(name, locks, sizes, rows) for name, locks in taken)
    return (*lines, *said) or (("Nothing that exists is locked.",),)


def _lock(name: str, locks: Sequence[Held], sizes: Mapping[str, Size], rows: Mapping[str, int]) -> Phrase:
    each = [
        (f"{lock.mode.value} ", *_how_long(lock, sizes), f" ({_meaning(lock.mode)}{_time(lock, sizes, rows)})")
        for lock in locks
    ]
    return (Code(name), f"{_size(sizes[name])}: ", *listed(each, "; "))


def _time(lock: Held, sizes: Mapping[str, Size], rows: Mapping[str, int]) -> str:
    if lock.seconds is None or lock.relation not in rows:
        # While nobody waits, and of what is empty, nobody asks.
        waited = lock.mode.strength >= LockMode.SHARE.strength and not lock.in_batches
        takes_long = any(work.relation in sizes and sizes[work.relation].bytes for work in lock.works)
        return "; for how long is not known" if waited and takes_long else ""
    in_all = "in all " if lock.in_batches else ""
    told = f"; {in_all}{duration(lock.seconds)} as measured with {number(rows[lock.relation], 'row')}"
    times = _times_more(lock, sizes, rows)
    if times is None:
        return told
    return f"{told}, and about {duration(lock.seconds * times)} with the rows here if that grows as they do"


def _times_more(lock: Held, sizes: Mapping[str, Size], rows: Mapping[str, int]) -> float | None:
    # By the relation of which there are most rows for each made-up one; a lock that is held for a moment does not grow.
    read = [work.relation for work in lock.works if rows.get(work.relation) and work.relation in sizes]
    more = max((sizes[name].rows / rows[name] for name in read), default=0.0)
    return more if more > 1 else None


def _how_long(lock: Held, sizes: Mapping[str, Size]) -> Phrase:
    # Of what is new there is nothing to be read.
    works = [work for work in lock.works if work.relation in sizes]
    if not works:
        return ("for a moment, however large it is" if sizes[lock.relation].bytes else "for a moment",)
    done = [
        (*(("all of it",) if work.relation == lock.relation else (Code(work.relation),)), _amount(work, sizes))
        for work in works
    ]
    between = "for some rows at a time, while " if lock.in_batches else "while "
    return (between, *listed(done[:_NAMED], ", and then "), *_more(len(done) - _NAMED))


def _amount(work: Work, sizes: Mapping[str, Size]) -> str:
    done = "is rewritten" if work.rewrites else "is read"
    size = sizes[work.relation].bytes
    return f" ({amount(size)}) {done}" if size else f" {done}"


def _more(count: int) -> Phrase:
    return (f" and {count} more",) if count > 0 else ()


def _meaning(mode: LockMode) -> str:
    if mode is LockMode.ACCESS_EXCLUSIVE:
        return "all reads and writes of it wait"
    return "all writes of it wait" if mode.strength >= LockMode.SHARE.strength else "reads and writes of it go on"


def _size(size: Size) -> str:
    if not size.bytes:
        # A view, or a table without anything in it.
        return ""
    rows = "rows not counted yet" if size.rows < 0 else f"about {number(size.rows, 'row')}"
    used = f"read {number(size.reads, 'time')}, {number(size.writes, 'row')} written"
    return f" ({rows}, {amount(size.bytes)}, {used})"
