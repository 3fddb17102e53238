"""Several stacks in one report: a row for each, and in detail only what one does otherwise than those before it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

import msgspec

from supaschema.core.urn import Urn
from supaschema.review.model import Change, Report, StackReport
from supaschema.review.trial_result import Trial


@dataclass(frozen=True, slots=True)
class Alike:
    """Stacks to which a program does the same; `stack` is the first of them.

    `as_in` has, by the first stack that has them, those of its changes that a group before it has too.
    """

    stack: StackReport
    names: tuple[str, ...]
    own: tuple[Change, ...]
    as_in: dict[str, tuple[Change, ...]]


@dataclass(frozen=True, slots=True)
class Row:
    """A stack in one row."""

    stack: StackReport
    resources: int
    statements: int
    unchanged: int


def rows(report: Report) -> tuple[Row, ...]:
    """Return a row for each stack."""
    return tuple(
        Row(stack, len(stack.changes), sum(len(change.steps) for change in stack.changes), stack.unchanged)
        for stack in report.stacks
    )


def groups(report: Report) -> Iterator[Alike]:
    """Yield the stacks by what is done to them, in the order in which they are given."""
    alike: dict[Hashable, list[StackReport]] = {}
    for stack in report.stacks:
        alike.setdefault(_whole(stack), []).append(stack)
    seen: dict[Hashable, str] = {}
    for first, *others in alike.values():
        as_in: dict[str, list[Change]] = {}
        own: list[Change] = []
        for change in first.changes:
            before = seen.setdefault(_content(change), first.stack)
            (own if before == first.stack else as_in.setdefault(before, [])).append(change)
        names = tuple(each.stack for each in (first, *others))
        yield Alike(first, names, tuple(own), {name: tuple(changes) for name, changes in as_in.items()})


def _whole(stack: StackReport) -> Hashable:
    problems = tuple((_without_stack(problem.urn), problem.message) for problem in stack.problems)
    return (
        tuple(map(_content, stack.changes)),
        problems,
        msgspec.json.encode(_without_times(stack.trial)),
        stack.verdict,
    )


def _without_times(trial: Trial | None) -> Trial | None:
    if trial is None:
        return None
    attempts = tuple(msgspec.structs.replace(attempt, seconds=0.0) for attempt in trial.attempts)
    return msgspec.structs.replace(trial, attempts=attempts, rows={}, measured=())


def _content(change: Change) -> Hashable:
    # How large a relation is, and how much it is used, is no difference of what is done.
    plan = change.plan and msgspec.structs.replace(change.plan, urn="", relations={})
    return (_without_stack(change.urn), change.operation, msgspec.json.encode(plan))


def _without_stack(urn: str | None) -> tuple[str, ...]:
    if urn is None:
        return ()
    parsed = Urn.parse(urn)
    return (parsed.project, parsed.types, parsed.name)
