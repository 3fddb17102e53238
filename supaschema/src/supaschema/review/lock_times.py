"""How long locks are held: until the end of their transaction, with all that it reads and writes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from supaschema.core.model import LockMode, Mode
from supaschema.core.plan_record import Step, TakenLock
from supaschema.review.model import StackReport


@dataclass(frozen=True, slots=True)
class Work:
    """A relation that is read as a whole, or rewritten."""

    relation: str
    rewrites: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A lock on a relation.

    Attributes:
        relation: The relation.
        mode: The lock's mode.
        works: What goes on until it is released; none: it is held for a moment.
        in_batches: Whether that goes on in transactions of some rows each, and the lock is released between them.
        seconds: How long that took with as many rows as the trial made up. None: it was not measured.

    """

    relation: str
    mode: LockMode
    works: tuple[Work, ...]
    in_batches: bool
    seconds: float | None = None


def held(stack: StackReport) -> dict[str, tuple[Held, ...]]:
    """Return by relation the strongest lock, and beside it the strongest one that is held for longer than a moment."""
    times = stack.times
    found: dict[str, list[Held]] = {}
    for change in stack.changes:
        for group in transactions(change.steps):
            for each in _held(group, times):
                found.setdefault(each.relation, []).append(each)
    return {relation: tuple(_strongest(found[relation])) for relation in sorted(found)}


def transactions(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """Yield the statements by the transaction in which they run; one outside of any, or in batches, alone."""
    group: list[Step] = []
    for step in steps:
        if group and (step.mode != Mode.TRANSACTION.value or group[-1].mode in _APART):
            yield group
            group = []
        group.append(step)
    if group:
        yield group


_APART = (Mode.ALONE.value, Mode.BATCHES.value)


def _held(group: Sequence[Step], times: Mapping[str, float]) -> Iterator[Held]:
    for place, step in enumerate(group):
        took = [times.get(other.sql) for other in group[place:]]
        seconds = sum(each for each in took if each is not None) if None not in took else None
        for lock in step.locks:
            meanwhile = [each for other in group[place:] for each in other.locks]
            works = dict.fromkeys(_works(lock, meanwhile))
            yield Held(lock.relation, LockMode(lock.mode), tuple(works), step.mode == Mode.BATCHES.value, seconds)


def _works(lock: TakenLock, others: Sequence[TakenLock]) -> Iterator[Work]:
    # Its own relation is told first.
    for each in sorted(others, key=lambda other: other.relation != lock.relation):
        if each.scans or each.rewrites:
            yield Work(each.relation, each.rewrites)


def _strongest(locks: Sequence[Held]) -> dict[Held, None]:
    def weight(lock: Held) -> tuple[int, bool, int, float]:
        rewrites = any(work.rewrites for work in lock.works)
        return (lock.mode.strength, rewrites, len(lock.works), lock.seconds or 0.0)

    long = [lock for lock in locks if lock.works]
    return dict.fromkeys(max(each, key=weight) for each in (locks, long) if each)
