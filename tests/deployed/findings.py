"""What a check says: what it proved, and what it found wrong, by object."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as declared: the object, and what is wrong with it."""

    object: str
    detail: str

    def __str__(self) -> str:
        """Return both in a line."""
        return f"{self.object}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says.

    Attributes:
        proved: What holds where nothing was found, in a few words with numbers.
        findings: What does not hold.

    """

    proved: str
    findings: tuple[Finding, ...] = ()


class CannotTellError(Exception):
    """A check cannot be made as things are: no finding, and no proof either."""


def differences(
    object: str, wanted: Mapping[str, Any], live: Mapping[str, Any] | None, *, untold: Collection[str] = ()
) -> Iterator[Finding]:
    """Return a finding for each wanted property that the live object has not; one if there is no such object.

    Args:
        object: The object's name for people.
        wanted: The properties.
        live: The live object's, and perhaps more; None: there is no such object.
        untold: Properties whose values are not shown: what somebody put there by hand may hold a key.

    """
    if live is None:
        yield Finding(object, "it is not there.")
        return
    for name, value in wanted.items():
        if live.get(name) == value:
            continue
        if name in untold:
            yield Finding(object, f"{name} is not the declared one.")
        else:
            yield Finding(object, f"{name.replace('_', ' ')} is {_short(live.get(name))}, not {_short(value)}.")


def _short(value: object) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
