"""A report without the database: its snapshot is rebuilt, and the project's program runs against that copy."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import psycopg

from supaschema.core import programs
from supaschema.core.errors import SupaschemaError
from supaschema.database.connect import connect
from supaschema.database.settings import Settings
from supaschema.portable.model import SnapshotFile
from supaschema.portable.rebuild import Rebuilt
from supaschema.review.access.tries.planting import clear
from supaschema.review.made_up_rows import by_statistics
from supaschema.review.model import Change, Operation, Origin, Report, StackReport, Verdict
from supaschema.review.scratch_copy import Unfilled, scratch_of
from supaschema.review.throwaway import Throwaway, throwaway
from supaschema.review.trial import Scratch, Wanted, tried
from supaschema.review.trial_result import Trial
from supaschema.review.unknown_rows import with_doubts

_WHY_NOT = {
    Verdict.EMPTY: "nothing changes",
    Verdict.FAILS: "the preview fails",
    Verdict.UNKNOWN: "not all of it is known beforehand",
}
_EMPTIED = "with rows: those that were made up forbid it, and were taken away again"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about.

    Attributes:
        project: The folder of the program.
        stack: The stack that it plays.
        earlier: The folder of the program that is deployed; None: it is not at hand.
        validation: The command by which the project validates what is deployed; none: there is none.
        rows: How many rows are made up for each table that has so many, to measure with. None: it is not measured.

    """

    project: Path
    stack: str
    earlier: Path | None
    validation: tuple[str, ...] = ()
    rows: int | None = None


def of_snapshot(asked: Asked, snapshot: SnapshotFile, settings: Settings) -> StackReport:
    """Return the report of a change, which was tried.

    Args:
        asked: The program, and the stack that it is for.
        snapshot: Of the stack's database.
        settings: They name an empty database to rebuild that in; beside it a copy is made where the role may.

    Raises:
        PreconditionError: The scratch database is not empty.
        SupaschemaError: The program cannot be asked, or the earlier one is the same folder.

    """
    if asked.earlier is not None and asked.earlier.resolve() == asked.project.resolve():
        raise SupaschemaError(
            "the earlier program is this one.",
            where=str(asked.earlier),
            remedy="Name the folder of the program that is deployed: git worktree add --detach FOLDER COMMIT.",
        )
    with (
        scratch_of(snapshot, settings, asked.rows) as (scratch, found, without_rows),
        throwaway(asked.project, asked.stack, settings.database_url, snapshot.state) as stack,
    ):
        planned, unfilled = _planned(stack, settings, without_rows)
        report = with_doubts(by_statistics(_without_masks(planned), snapshot.tables), unfilled)
        trial = _tried(stack, replace(scratch, rows=unfilled.many.rows), asked, report)
    emptied = () if unfilled is without_rows else (_EMPTIED,)
    told = (*trial.not_tried, *_asked_of_rows(report), *emptied, *_words(snapshot, found, without_rows))
    origin = Origin(fingerprint=snapshot.fingerprint, taken_at=snapshot.taken_at)
    return msgspec.structs.replace(report, trial=msgspec.structs.replace(trial, not_tried=told), origin=origin)


def compared(report: StackReport, newer: SnapshotFile) -> StackReport:
    """Return a report that says whether it is stale, by a later snapshot of the same database.

    Raises:
        SupaschemaError: It is not of a snapshot.

    """
    if report.origin is None:
        what = f"the report of stack {report.stack} was made of the database itself, and not of a snapshot."
        raise SupaschemaError(what, remedy="`deploy` tells whether it is what would be run still.")
    changed_by = None if newer.fingerprint == report.origin.fingerprint else newer.taken_at
    return msgspec.structs.replace(report, origin=msgspec.structs.replace(report.origin, changed_by=changed_by))


def _tried(stack: Throwaway, scratch: Scratch, asked: Asked, report: StackReport) -> Trial:
    if report.verdict in _WHY_NOT:
        return _not_tried(_WHY_NOT[report.verdict])
    # It is a copy, which is thrown away: whatever is refused is consented to.
    refused = {(risk.hazard, change.name): None for change, risk in report.risks() if risk.refused}
    consents = tuple({"hazard": hazard, "resource": name} for hazard, name in refused)
    trial = tried(stack, scratch, Wanted(asked.earlier, asked.validation, consents))
    if consents and not trial.passed and _ask(stack).verdict is Verdict.REFUSED:
        return _not_tried("it needs consent, which the program does not take from the stack's supaschema:allowHazards")
    return trial


def _not_tried(why: str) -> Trial:
    return Trial(attempts=(), access=None, not_tried=(f"anything, for {why}",))


def _planned(stack: Throwaway, settings: Settings, unfilled: Unfilled) -> tuple[StackReport, Unfilled]:
    """Return what the program would change, and what holds nothing meanwhile.

    Where it fails with rows that were made up it is asked again without: no such row says that a real one forbids it.
    """
    first = _ask(stack)
    if not first.problems:
        return first, unfilled
    try:
        with connect(settings) as connection:
            clear(connection)
    except (SupaschemaError, psycopg.Error):
        return first, unfilled
    return _ask(stack), Unfilled(unfilled.wanted, frozenset(), unfilled.wanted)


def _asked_of_rows(report: StackReport) -> Iterator[str]:
    reasons = (reason for change in report.changes if change.plan for reason in change.plan.asked)
    return (f"whether rows forbid it: {reason}" for reason in dict.fromkeys(reasons))


def _ask(stack: Throwaway) -> StackReport:
    # -P: a module of the program's folder is not taken for one of this library.
    command = (sys.executable, "-P", "-m", "supaschema", "report", "--stack", stack.stack, "--format", "json")
    done = stack.run(*command)
    try:
        (report,) = msgspec.json.decode(done.stdout, type=Report).stacks
    except (msgspec.MsgspecError, ValueError):
        said = programs.last_words(done.stderr or done.stdout)
        raise SupaschemaError(f"the program cannot be asked: {said}", where=stack.stack) from None
    return report


def _without_masks(report: StackReport) -> StackReport:
    """Return the report without updates that change nothing: of what the snapshot masks, the state is another text."""
    changes = tuple(change for change in report.changes if not _is_mask(change))
    masks = len(report.changes) - len(changes)
    return msgspec.structs.replace(report, changes=changes, unchanged=report.unchanged + masks)


def _is_mask(change: Change) -> bool:
    plan = change.plan
    return change.operation is Operation.UPDATE and plan is not None and not plan.steps and not plan.differences


def _words(snapshot: SnapshotFile, found: Rebuilt, unfilled: Unfilled) -> tuple[str, ...]:
    made = unfilled.many
    how_many = "some" if made.rows else "two"
    told = [
        f"what happened to the database since its snapshot was taken ({snapshot.taken_at})",
        f"the rows themselves: where there are any, {how_many} were made up",
        *(f"more rows of {name}: none could be made up ({why})" for name, why in sorted(made.failed.items())),
    ]
    if unfilled.tables:
        told.append(f"rows of {_some(sorted(unfilled.tables))}: none could be made up")
    if found.failures:
        told.append(f"what could not be rebuilt: {_some([item.name for item in found.failures])}")
    return tuple(told)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"
