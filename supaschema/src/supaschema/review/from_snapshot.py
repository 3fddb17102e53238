"""A report without the database: its snapshot is rebuilt, and the project's program runs against that copy."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import msgspec
import psycopg

from supaschema.core.errors import SupaschemaError
from supaschema.core.plan_record import Size
from supaschema.core.sqltext import compose, ident
from supaschema.database.connect import Connection, Database, connect
from supaschema.database.settings import Settings
from supaschema.portable.model import SnapshotFile
from supaschema.portable.rebuild import Rebuilt, rebuilt, settings_for
from supaschema.registry import KINDS
from supaschema.review import model as reported
from supaschema.review.access.tries.planting import columns, plant
from supaschema.review.access.tries.scratch import mark
from supaschema.review.model import Operation, Report, StackReport, Verdict
from supaschema.review.throwaway import Throwaway, throwaway
from supaschema.review.trial import tried
from supaschema.review.trial_result import Trial

_BEFORE = "_before"
_WHY_NOT = {
    Verdict.EMPTY: "nothing changes",
    Verdict.FAILS: "the preview fails",
    Verdict.REFUSED: "it needs consent first",
    Verdict.UNKNOWN: "not all of it is known beforehand",
}
_LAST_LINES = 20
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Change:
    """What is asked about.

    Attributes:
        project: The folder of the program.
        stack: The stack that it plays.
        earlier: The folder of the program that is deployed; None: it is not at hand.

    """

    project: Path
    stack: str
    earlier: Path | None


def of_snapshot(change: Change, snapshot: SnapshotFile, scratch: Settings) -> StackReport:
    """Return the report of a change, which was tried.

    Args:
        change: The program, and the stack that it is for.
        snapshot: Of the stack's database.
        scratch: An empty database to rebuild that in; beside it a copy is made where the role may.

    Raises:
        PreconditionError: The scratch database is not empty.
        SupaschemaError: The program cannot be asked.

    """
    found, copy = _made(scratch, snapshot)
    told = _words(snapshot, found)
    with throwaway(change.project, change.stack, scratch.database_url, snapshot.state) as stack:
        report = _with_sizes(_without_masks(_asked(stack)), snapshot.tables)
        if report.verdict is Verdict.APPLIES:
            trial = tried(stack, scratch, change.earlier, copy)
        else:
            trial = Trial(attempts=(), access=None, not_tried=(f"anything, for {_WHY_NOT[report.verdict]}",))
    return msgspec.structs.replace(report, trial=msgspec.structs.replace(trial, not_tried=(*trial.not_tried, *told)))


def _made(scratch: Settings, snapshot: SnapshotFile) -> tuple[Rebuilt, Settings | None]:
    database = Database(scratch)
    try:
        found = rebuilt(database, snapshot, KINDS)
        with database.connection() as connection:
            mark(connection)
        name = database.server.database
    finally:
        database.close()
    copy = _copied(scratch, name)
    with connect(scratch) as connection:
        _plant(connection, snapshot.tables)
    return found, copy


def _plant(connection: Connection, tables: Mapping[str, Size]) -> None:
    # What a plan asks of rows, it is not to find nothing where there are some.
    filled = {name for name, size in tables.items() if size.rows != 0}
    with connection.transaction():
        plant(connection, {name: known for name, known in columns(connection).items() if ".".join(name) in filled})


def _copied(scratch: Settings, name: str) -> Settings | None:
    """Return a copy of a database on its server; None: the role may make none."""
    url = urlsplit(scratch.database_url)
    copy = settings_for(urlunsplit(url._replace(path=f"/{name}{_BEFORE}")))
    try:
        with connect(settings_for(urlunsplit(url._replace(path="/postgres")))) as connection:
            connection.execute(compose("drop database if exists {}", ident(f"{name}{_BEFORE}")))
            connection.execute(compose("create database {} template {}", ident(f"{name}{_BEFORE}"), ident(name)))
        with connect(copy) as connection:
            mark(connection)
    except (psycopg.Error, SupaschemaError):
        return None
    return copy


def _asked(stack: Throwaway) -> StackReport:
    # -P: a module of the program's folder is not taken for one of this library.
    command = (sys.executable, "-P", "-m", "supaschema", "report", "--stack", stack.stack, "--format", "json")
    done = stack.run(*command)
    try:
        (report,) = msgspec.json.decode(done.stdout, type=Report).stacks
    except (msgspec.MsgspecError, ValueError):
        said = " ".join((done.stderr or done.stdout).strip().splitlines()[-_LAST_LINES:])
        raise SupaschemaError(f"the program cannot be asked: {said}", where=stack.stack) from None
    return report


def _without_masks(report: StackReport) -> StackReport:
    """Return the report without updates that change nothing: of what the snapshot masks, the state is another text."""
    changes = tuple(change for change in report.changes if not _is_mask(change))
    masks = len(report.changes) - len(changes)
    return msgspec.structs.replace(report, changes=changes, unchanged=report.unchanged + masks)


def _is_mask(change: reported.Change) -> bool:
    plan = change.plan
    return change.operation is Operation.UPDATE and plan is not None and not plan.steps and not plan.differences


def _with_sizes(report: StackReport, tables: Mapping[str, Size]) -> StackReport:
    """Return the report with how large relations are where the snapshot is from."""
    changes = []
    for change in report.changes:
        if change.plan is not None:
            sizes = {name: tables.get(name, size) for name, size in change.plan.relations.items()}
            plan = msgspec.structs.replace(change.plan, relations=sizes)
            changes.append(msgspec.structs.replace(change, plan=plan))
        else:
            changes.append(change)
    return msgspec.structs.replace(report, changes=tuple(changes))


def _words(snapshot: SnapshotFile, found: Rebuilt) -> tuple[str, ...]:
    told = [
        f"what happened to the database since its snapshot was taken ({snapshot.taken_at})",
        "the rows themselves: where there are any, two were made up, and numbers of rows in sentences are theirs",
    ]
    if found.failures:
        names = [item.name for item in found.failures]
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        told.append(f"what could not be rebuilt: {', '.join(names[:_SHOWN])}{more}")
    return tuple(told)
