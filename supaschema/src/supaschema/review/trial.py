"""A change, tried: deployed to a scratch database, looked at again, and taken back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import psycopg

from supaschema.core.errors import SupaschemaError
from supaschema.core.printable import lines
from supaschema.database.connect import Database, connect
from supaschema.database.server_errors import said
from supaschema.database.settings import Settings
from supaschema.portable.codec import FactRow
from supaschema.portable.take import taken
from supaschema.registry import KINDS
from supaschema.review.access import words
from supaschema.review.access.compare import compare, rights_of
from supaschema.review.access.diff import Change, Direction, differences
from supaschema.review.access.tries.planting import clear
from supaschema.review.throwaway import Throwaway
from supaschema.review.trial_result import Access, Attempt, Trial

UP = "pulumi up"
AGAIN = "a second preview finds nothing to change"
BACK = "the earlier program deployed over it leaves the database as it was"
TRIED = "tried"
_LAST_LINES = 20


def tried(stack: Throwaway, scratch: Settings, earlier: Path | None, copy: Settings | None = None) -> Trial:
    """Deploy a change to a scratch database, and take it back.

    Args:
        stack: The change's program, with a state in which the earlier one is deployed.
        scratch: The database, which is as the earlier program left it.
        earlier: The folder of the earlier program; None: nothing is taken back.
        copy: A copy of the database, to try in both what everybody may do; None: the catalogs alone are compared.

    Raises:
        SupaschemaError: The database cannot be read.

    """
    structure, before = _structure(scratch), None if copy else rights_of(scratch)
    done = [_timed(UP, lambda: _deploy(stack))]
    not_tried = ["how long it takes with as many rows as there are"]
    access = None
    if done[-1].passed:
        if copy is not None:
            access, left_out = _by_trial(copy, scratch)
            not_tried += left_out
        elif before is not None:
            access = _access(differences(before, rights_of(scratch)))
            not_tried.append("what everybody may do with rows: the role may make no copy of the database")
        done.append(_timed(AGAIN, lambda: _nothing_to_do(stack)))
        if earlier is None:
            not_tried.append("the way back: no folder of the earlier program was given")
        else:
            done.append(_timed(BACK, lambda: _back(stack.of(earlier), scratch, structure)))
    return Trial(attempts=tuple(done), access=access, not_tried=tuple(not_tried))


def _by_trial(before: Settings, after: Settings) -> tuple[tuple[Access, ...], list[str]]:
    try:
        with connect(after) as connection:
            # Those that plans were to find are in the way of those that are planted to be tried.
            clear(connection)
        found = compare(before, after, by_trial=True)
    except SupaschemaError as error:
        found, why = compare(before, after), [f"what everybody may do with rows: {error}"]
    except psycopg.Error as error:
        found, why = compare(before, after), [f"what everybody may do with rows: {said(error)}"]
    else:
        why = list(found.trials.left_out) if found.trials else []
    tried_out = found.trials.otherwise if found.trials else ()
    return _access(found.changes, [words.came(each) for each in tried_out]), why


def _access(changes: Sequence[Change], came: Iterable[str] = ()) -> tuple[Access, ...]:
    read = [Access(direction=change.direction.value, text=words.said(change)) for change in changes]
    wider = [each for each in read if each.direction == Direction.WIDER.value]
    others = [each for each in read if each.direction != Direction.WIDER.value]
    # What was tried says more than what no catalog can tell.
    return (*wider, *(Access(direction=TRIED, text=text) for text in came), *others)


def _timed(what: str, attempt: Callable[[], str]) -> Attempt:
    began = time.monotonic()
    trouble = attempt()
    return Attempt(what=what, passed=not trouble, seconds=round(time.monotonic() - began, 1), said=trouble)


def _deploy(stack: Throwaway) -> str:
    return _trouble(stack, "up", "--yes", "--skip-preview", "--suppress-outputs", "--suppress-progress")


def _nothing_to_do(stack: Throwaway) -> str:
    return _trouble(stack, "preview", "--expect-no-changes", "--diff", "--suppress-progress")


def _back(earlier: Throwaway, scratch: Settings, structure: tuple[FactRow, ...]) -> str:
    if trouble := _deploy(earlier):
        return trouble
    return "" if _structure(scratch) == structure else "The database is not as it was before."


def _trouble(stack: Throwaway, *arguments: str) -> str:
    """Return what a command said where it failed; nothing where it did not."""
    done = stack.pulumi(*arguments)
    if done.returncode == 0:
        return ""
    told = [text for text in (done.stdout + done.stderr).splitlines() if text.strip()]
    return lines("\n".join(told[-_LAST_LINES:])) or f"It ended with {done.returncode}."


def _structure(scratch: Settings) -> tuple[FactRow, ...]:
    database = Database(scratch)
    try:
        return taken(database, KINDS).facts
    finally:
        database.close()
