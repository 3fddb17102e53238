"""Which of a declaration's problems are refused, and which are only told, or not even that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from supaschema.core.errors import DeclarationError
from supaschema.core.lints import Level, LintLevel, let_off, level_of

_MEMBER = re.compile(r'objects\["(?P<name>[^"]+)"\]')


@dataclass(frozen=True)
class Told:
    """A problem that is told and not refused, and what the stack says of it.

    Where it is no warning, only a report of a change tells it: what guards rows or rights is never let through unseen.
    """

    problem: DeclarationError
    level: LintLevel

    @property
    def is_warning(self) -> bool:
        """Whether each preview and deployment tells it."""
        return self.level.level is Level.WARN

    def sentence(self, text: str) -> str:
        """Return the warning, with the problem in these words."""
        return f"{text} It is let through: {self.level.reason}"


def judged(
    problems: Iterable[DeclarationError], levels: tuple[LintLevel, ...], resource: str
) -> tuple[list[DeclarationError], list[Told]]:
    """Return the problems that are refused, and those that are told.

    Args:
        problems: What is wrong with a declaration.
        levels: What the stack says of the rules.
        resource: The resource's name.

    """
    refused, told = [], []
    for problem in problems:
        said = None if problem.lint is None else level_of(problem.lint, _names(problem, resource), levels)
        if said is None or said.level is Level.ERROR:
            refused.append(problem)
        elif said.level is Level.WARN or said.lint.guards:
            told.append(Told(problem, said))
    return refused, told


def lowered(levels: Iterable[LintLevel]) -> Iterator[str]:
    """Yield a sentence on each rule that keeps people from what is not theirs, and is no error in this stack."""
    yield from let_off(item for item in levels if item.lint.guards)


def _names(problem: DeclarationError, resource: str) -> list[str]:
    member = _MEMBER.match(problem.field)
    return [resource, member["name"]] if member else [resource]
