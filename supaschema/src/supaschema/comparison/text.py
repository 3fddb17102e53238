"""A comparison for people: what differs, then how it would be run, and what that does to others."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from supaschema.comparison.model import Comparison, Side, Verdict
from supaschema.core.model import LockMode
from supaschema.core.plan_record import Difference, Named, PlanRecord, Risk, Step, TakenLock
from supaschema.core.printable import line, lines
from supaschema.review.differences import lines_of
from supaschema.review.model import Change, Operation
from supaschema.review.objects import Happening, Touched, aside, dotted, touched

_SIGNS = {Happening.MADE: "+", Happening.DROPPED: "-", Happening.CHANGED: "~", Happening.RENAMED: "~"}
_SIDES = {Side.FROM: "only in FROM", Side.TO: "only in TO", Side.BOTH: "not the same in both"}


def text(comparison: Comparison) -> str:
    """Return it in lines."""
    parts = [f"FROM {line(comparison.source)}", f"TO   {line(comparison.target)}"]
    if comparison.schemas:
        parts.append(f"Schemas: {', '.join(map(line, comparison.schemas))}")
    if comparison.plan is not None:
        parts += _plan(comparison.plan)
    parts += _listed("Differs, no kind models it, and no statement changes it:", _lone(comparison))
    parts += _listed("Could not tell:", (f"{item.name}: {item.why}" for item in comparison.untold))
    if comparison.refused:
        parts += ["It would be refused:", f"  {lines(comparison.refused)}"]
    if comparison.applied:
        parts.append("Applied.")
    return "\n".join([*parts, _END[comparison.verdict]]) + "\n"


_END = {
    Verdict.SAME: "The same.",
    Verdict.DIFFERS: "They differ.",
    Verdict.UNKNOWN: "Nothing is known to differ, and of something it could not be told.",
}


def _lone(comparison: Comparison) -> Iterator[str]:
    return (f"{item.name}: {_SIDES[item.side]}" for item in comparison.lone)


def _plan(plan: PlanRecord) -> Iterator[str]:
    change = Change(urn=plan.urn, operation=Operation.UPDATE, plan=plan)
    found = touched(change)
    if found:
        counts = {each: sum(item.happening is each for item in found) for each in Happening}
        yield ", ".join(f"{count} {each.value}" for each, count in counts.items() if count) + "."
    changed = {item.object: item for item in plan.differences if not item.aside}
    for item in sorted(found, key=lambda item: list(Happening).index(item.happening)):
        yield from _object(item, changed)
    recreated = (f"{item.kind.replace('_', ' ')} {dotted(item)}" for item in aside(change))
    yield from _listed("Dropped and recreated as they were, for what changes beneath them:", recreated)
    for phase, steps in itertools.groupby(plan.steps, key=lambda step: step.phase):
        yield f"SQL, {phase or 'renames'}:"
        for step in steps:
            yield from _statement(step)
    yield from _listed("Locks:", _locks(plan))
    risks = dict.fromkeys(risk for step in plan.steps for risk in step.hazards)
    yield from _listed("Hazards:", map(_risk, risks))
    yield from _listed("Must not be, or it is refused:", plan.asked)
    yield from _listed("Notes:", plan.notes)


def _object(item: Touched, changed: dict[Named, Difference]) -> Iterator[str]:
    yield f"{_SIGNS[item.happening]} {line(f'{item.kind} {dotted(item.object)}')}"
    difference = changed.get(item.object)
    if item.happening is Happening.CHANGED and difference is not None:
        yield from (f"  {line(each)}" for each in itertools.islice(lines_of(difference), 1, None))


def _statement(step: Step) -> Iterator[str]:
    if step.mode != "transaction":
        yield f"  -- {_MODES[step.mode]}"
    yield from (f"  {lines(each)}" for each in f"{step.sql};".split("\n"))


_MODES = {
    "own transaction": "a transaction begins",
    "alone": "outside of a transaction",
    "batches": "in batches, a transaction each",
}


def _locks(plan: PlanRecord) -> Iterator[str]:
    strongest: dict[str, TakenLock] = {}
    for lock in (lock for step in plan.steps for lock in step.locks):
        seen = strongest.get(lock.relation)
        if seen is None or _weight(lock) > _weight(seen):
            strongest[lock.relation] = lock
    for name, lock in sorted(strongest.items()):
        extent = ", rewrites it" if lock.rewrites else ", reads all of it" if lock.scans else ""
        yield f"{name}: {lock.mode}{extent}"


def _weight(lock: TakenLock) -> tuple[int, bool, bool]:
    return LockMode(lock.mode).strength, lock.rewrites, lock.scans


def _risk(risk: Risk) -> str:
    wants = f" It needs consent: --allow {risk.hazard}." if risk.refused else ""
    return f"{risk.hazard}: {risk.sentence}{wants}"


def _listed(title: str, items: Iterable[str]) -> Iterator[str]:
    found = [f"  {line(item)}" for item in items]
    if found:
        yield from (title, *found)
