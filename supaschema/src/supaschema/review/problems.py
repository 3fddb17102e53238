"""Why a preview fails, in a sentence; what was said in full is beside it where that is long."""

from __future__ import annotations

import re
from dataclasses import dataclass

from supaschema.review.model import Problem

_LONGEST = 600
_TRACEBACK = "Traceback (most recent call last):"
_SAID_AGAIN = re.compile(r"(?:error: )?(?:\S+ resource '.*?' has a problem: )?", re.DOTALL)
"""What the engine puts before a message: of which resource it is stands beside it."""


@dataclass(frozen=True, slots=True)
class Told:
    """A problem: the resource's type and name, which are empty where it is none's, what is wrong, and the whole."""

    type: str
    name: str
    short: str
    whole: str | None


def told(problem: Problem) -> Told:
    """Return a problem as it is told."""
    said = problem.message.strip()
    said = said[match.end() :] if problem.urn and (match := _SAID_AGAIN.match(said)) else said.removeprefix("error: ")
    # Of a program that fails the last line says why.
    why = said.splitlines()[-1] if _TRACEBACK in said else said
    short = " ".join(why.split())
    whole = said if _TRACEBACK in said or len(short) > _LONGEST else None
    short = short if len(short) <= _LONGEST else f"{short[:_LONGEST]}…"
    return Told(problem.type, problem.name, short, whole)
