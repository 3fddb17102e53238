"""A change, tried: deployed to a scratch database, looked at again, and taken back."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from supaschema.core.errors import SupaschemaError
from supaschema.core.model import Hazard
from supaschema.core.printable import lines
from supaschema.core.programs import LAST_LINES
from supaschema.database.connect import Database, connect
from supaschema.database.server_errors import said
from supaschema.database.settings import Settings
from supaschema.portable.codec import FactRow
from supaschema.portable.take import taken
from supaschema.registry import KINDS
from supaschema.review import measured
from supaschema.review.access import words
from supaschema.review.access.compare import compare, rights_of
from supaschema.review.access.diff import Change, Direction, differences
from supaschema.review.access.tries.planting import clear
from supaschema.review.throwaway import Throwaway
from supaschema.review.trial_answers import BACK, VALIDATED
from supaschema.review.trial_result import Access, Attempt, Trial

UP = "pulumi up"
AGAIN = "a second preview finds nothing to change"
TRIED = "tried"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Scratch:
    """A database to throw away, which is as the earlier program left it.

    Attributes:
        settings: They name it.
        copy: A copy of it, to try in both what everybody may do; None: the catalogs alone are compared.
        why_no_copy: Why there is none.
        left_out: Objects, as they are told, that are not as they were in the real database: what becomes of them
            says nothing.
        rows: By relation, how many rows were made up to measure with.

    """

    settings: Settings
    copy: Settings | None = None
    why_no_copy: str = "there is no copy of the database"
    left_out: frozenset[str] = frozenset()
    rows: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is tried beside the deployment.

    Attributes:
        earlier: The folder of the earlier program; None: nothing is taken back.
        validation: The command by which the project holds a database against its program, with the stack's settings as
            JSON on its standard input; none: there is none.
        consents: What is consented to for the trial, as settings have it.

    """

    earlier: Path | None = None
    validation: tuple[str, ...] = ()
    consents: tuple[Mapping[str, str], ...] = ()


def tried(stack: Throwaway, scratch: Scratch, wanted: Wanted) -> Trial:
    """Deploy a change to a scratch database, and take it back.

    Args:
        stack: The change's program, with a state in which the earlier one is deployed.
        scratch: The database.
        wanted: What else is tried.

    Raises:
        SupaschemaError: The database cannot be read.

    """
    stack.consent(wanted.consents)
    structure, before = _structure(scratch), None if scratch.copy else rights_of(scratch.settings)
    ran = measured.last(scratch.settings)
    done = [_timed(UP, lambda: _deploy(stack))]
    times = measured.since(scratch.settings, ran) if scratch.rows else ()
    not_tried = [] if scratch.rows else ["how long it takes with as many rows as there are"]
    access = None
    if done[-1].passed:
        if scratch.copy is not None:
            access, left_out = _by_trial(scratch.copy, scratch.settings)
            not_tried += left_out
        elif before is not None:
            access = _access(differences(before, rights_of(scratch.settings)))
            not_tried.append(f"what everybody may do with rows: {scratch.why_no_copy}")
        # Both only read.
        with ThreadPoolExecutor() as pool:
            again = pool.submit(_timed, AGAIN, lambda: _nothing_to_do(stack))
            validated = tuple(validation(stack, scratch, wanted, not_tried))
        done += [again.result(), *validated]
        done += _taken_back(stack, scratch, wanted, structure, not_tried)
    return Trial(
        attempts=tuple(done),
        access=access,
        not_tried=tuple(not_tried),
        consented=bool(wanted.consents),
        rows=dict(scratch.rows),
        measured=times,
    )


def validation(stack: Throwaway, scratch: Scratch, wanted: Wanted, not_tried: list[str]) -> Iterator[Attempt]:
    """Validate a deployed change as its project does; of what then is not known still, add a line."""
    if not wanted.validation:
        not_tried.append("the project's own validation: no command for it was given")
        return
    settings = stack.pulumi("config", "--json").stdout
    made = _timed(VALIDATED, lambda: _said(stack.run(*wanted.validation, stdin=settings)))
    if made.passed or not scratch.left_out:
        yield made
    else:
        # It misses what the scratch database cannot have, and that says nothing of the change.
        why = " ".join(made.said.split())
        not_tried.append(f"the project's own validation, for not all could be rebuilt; it said: {why}")


def _taken_back(
    stack: Throwaway, scratch: Scratch, wanted: Wanted, structure: Mapping[str, FactRow], not_tried: list[str]
) -> Iterator[Attempt]:
    if wanted.earlier is None:
        not_tried.append("the way back: no folder of the earlier program was given")
        return
    earlier = stack.of(wanted.earlier)
    # Whoever goes back consents to what that takes.
    earlier.consent([{"hazard": hazard.value} for hazard in Hazard if hazard.needs_consent])
    yield _timed(BACK, lambda: _back(earlier, scratch, structure))


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


def _back(earlier: Throwaway, scratch: Scratch, structure: Mapping[str, FactRow]) -> str:
    if trouble := _deploy(earlier):
        return trouble
    now = _structure(scratch)
    other = sorted(name for name in {*structure, *now} if structure.get(name) != now.get(name))
    if not other:
        return ""
    more = f" and {len(other) - _SHOWN} more" if len(other) > _SHOWN else ""
    return f"Not as it was before: {', '.join(other[:_SHOWN])}{more}."


def _trouble(stack: Throwaway, *arguments: str) -> str:
    """Return what a command said where it failed; nothing where it did not."""
    return _said(stack.pulumi(*arguments))


def _said(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode == 0:
        return ""
    told = [text for text in (done.stdout + done.stderr).splitlines() if text.strip()]
    return lines("\n".join(told[-LAST_LINES:])) or f"It ended with {done.returncode}."


def _structure(scratch: Scratch) -> dict[str, FactRow]:
    database = Database(scratch.settings)
    try:
        facts = taken(database, KINDS).facts
        return {str(fact.id): fact for fact in facts if str(fact.id) not in scratch.left_out}
    finally:
        database.close()
