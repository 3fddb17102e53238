"""What is new, resolved or as it was since an earlier sweep; what could not be looked at is neither."""

from __future__ import annotations

from dataclasses import dataclass

from supaschema.core.errors import PreconditionError
from supaschema.drift.model import Finding, Level, Result, Topic


@dataclass(frozen=True, slots=True)
class Since:
    """Two sweeps of one database, compared.

    Attributes:
        new: What was not found before, or is another difference by now.
        still: What was found before as it is now.
        resolved: What was found before and is no more.
        untold: What was found before, and of which nothing could be told now.

    """

    new: tuple[Finding, ...] = ()
    still: tuple[Finding, ...] = ()
    resolved: tuple[Finding, ...] = ()
    untold: tuple[Finding, ...] = ()


def since(before: Result, now: Result) -> Since:
    """Return what became of what an earlier sweep found. What a rule leaves out is not found.

    Raises:
        PreconditionError: The two are of different databases, or of one that was deployed anew by other stacks.

    """
    if not before.origin.is_of(now.origin):
        what = f"the earlier result is of {before.origin}, and this one is of {now.origin}."
        raise PreconditionError(what, remedy="Name a result of the same database and stack to --since.")
    earlier, found = _told(before), _told(now)
    blind = {item.key for item in now.findings if item.topic is Topic.UNTOLD}
    gone = [item for key, item in earlier.items() if key not in found or key in blind]
    return Since(
        new=tuple(item for key, item in found.items() if key not in blind and not _alike(item, earlier.get(key))),
        still=tuple(item for key, item in found.items() if key not in blind and _alike(item, earlier.get(key))),
        resolved=tuple(item for item in gone if item.key not in blind),
        untold=tuple(item for item in gone if item.key in blind),
    )


def _told(result: Result) -> dict[str, Finding]:
    return {item.key: item for item in result.findings if item.level is not Level.IGNORE}


def _alike(item: Finding, other: Finding | None) -> bool:
    return other is not None and _what(item) == _what(other)


def _what(item: Finding) -> tuple[object, ...]:
    return item.topic, item.properties, item.definition
