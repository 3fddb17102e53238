"""Whether what would be deployed now is what was approved: two reports, compared by what would be run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from supaschema.core.errors import SupaschemaError
from supaschema.core.printable import line
from supaschema.review.model import Change, StackReport
from supaschema.review.reading import ANOTHER, read


def of_stack(path: Path, stack: str) -> StackReport:
    """Return what was approved for a stack.

    Args:
        path: A report as JSON.
        stack: The stack's name.

    Raises:
        SupaschemaError: The file is no report, of another version, or has nothing of this stack.

    """
    found = next((item for item in read(path).stacks if item.stack == stack), None)
    if found is None:
        raise SupaschemaError(f"{path} has nothing of stack {line(stack)}.", remedy=ANOTHER)
    return found


def not_approved(approved: StackReport, now: StackReport) -> tuple[str, ...]:
    """Return what would be run now and is not what was approved.

    Sizes of relations may differ. What a statement would do, in which order, with which locks and hazards, may not. Of
    what another provider provides the operation alone is compared.
    """
    return tuple(_not_approved(approved, now))


def needless(approved: StackReport, now: StackReport) -> tuple[str, ...]:
    """Return what was approved and would not be run now: somebody did it, or a deployment that failed later on."""
    after = _by_urn(now)
    return tuple(_named(change) for urn, change in _by_urn(approved).items() if urn not in after)


def _not_approved(approved: StackReport, now: StackReport) -> Iterator[str]:
    before = _by_urn(approved)
    for urn, new in _by_urn(now).items():
        if (old := before.get(urn)) is None:
            yield f"{_named(new)}: nothing of it was approved"
        elif how := _how(old, new):
            yield f"{_named(new)}: {how}"


def _named(change: Change) -> str:
    return line(f"{change.operation.value} of {change.type} {change.name}")


def _by_urn(report: StackReport) -> Mapping[str, Change]:
    return {change.urn: change for change in sorted(report.changes, key=lambda change: change.urn)}


def _how(old: Change, new: Change) -> str:
    if old.operation is not new.operation:
        return f"{old.operation.value} was approved"
    if old.is_unplanned or new.is_unplanned:
        return "what would be run was not known" if old.is_unplanned else "what would be run is not known"
    for index, (was, is_now) in enumerate(zip(old.steps, new.steps, strict=False), 1):
        about = "" if is_now.about is None else f" ({is_now.about.kind} {'.'.join(is_now.about.name)})"
        if was.sql != is_now.sql:
            return f"statement {index}{about} differs; it is now: {is_now.sql}"
        if was != is_now:
            return f"statement {index}{about} runs otherwise, takes other locks or has other hazards"
    if len(old.steps) != len(new.steps):
        return f"{len(old.steps)} statements were approved, {len(new.steps)} would be run"
    was_there, is_there = (change.plan.differences if change.plan else () for change in (old, new))
    return "" if was_there == is_there else "the objects are not what they were"
