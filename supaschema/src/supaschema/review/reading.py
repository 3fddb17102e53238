"""Reading a report's JSON, which anybody may have written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from supaschema.core.errors import SupaschemaError
from supaschema.core.model import LockMode
from supaschema.core.plan_record import PlanRecord
from supaschema.core.printable import line
from supaschema.core.urn import Urn
from supaschema.review.model import VERSION, Report

ANOTHER = "Make one: supaschema report --format json --output FILE."
_DEEPEST = 100
_TOO_DEEP = "a value in it is nested too deep"


def read(path: Path) -> Report:
    """Return a report.

    Raises:
        SupaschemaError: The file is no report, or one of another version.

    """
    try:
        text = path.read_bytes()
        version = msgspec.json.decode(text, type=_Versioned).version
        if version == VERSION:
            report = msgspec.json.decode(text, type=Report)
            _require_sound(report)
            return report
    except OSError as error:
        raise SupaschemaError(f"{path} cannot be read: {error.strerror}.", remedy=ANOTHER) from None
    except RecursionError:
        raise SupaschemaError(f"{path} is no report: {_TOO_DEEP}.", remedy=ANOTHER) from None
    except ValueError as error:
        # Of msgspec, of a text in no encoding, and what no type says of a value.
        raise SupaschemaError(f"{path} is no report: {line(str(error)).rstrip('.')}.", remedy=ANOTHER) from None
    raise SupaschemaError(f"{path} is a report of version {version}; this is {VERSION}.", remedy=ANOTHER)


def _require_sound(report: Report) -> None:
    """Raise a ValueError where a report's values have their types, and are no report's still."""
    for stack in report.stacks:
        for urn in (*(change.urn for change in stack.changes), *(each.urn for each in stack.problems if each.urn)):
            Urn.parse(urn)
        for plan in (change.plan for change in stack.changes if change.plan):
            _require_sound_plan(plan)


def _require_sound_plan(plan: PlanRecord) -> None:
    for lock in (lock for step in plan.steps for lock in step.locks):
        LockMode(lock.mode)
    renamed = (named for each in plan.renames for named in (each.old, each.new))
    about = (step.about for step in plan.steps if step.about)
    for named in (*(item.object for item in plan.differences), *renamed, *about):
        if not named.name:
            raise ValueError(f"an object of the kind {named.kind} has no name")
    for value in (value for item in plan.differences for value in (item.old, item.new)):
        _require_shallow(value)


def _require_shallow(value: Any) -> None:
    # Level by level: to go into each by a call is what fails.
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            each
            for outer in level
            if isinstance(outer, dict | list)
            for each in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise ValueError(_TOO_DEEP)


class _Versioned(msgspec.Struct):
    version: int
