"""Pulumi's names of resources (Pulumi documentation, "Resource names", "Uniform Resource Names")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from supaschema.core.printable import line

_SCHEME = "urn:pulumi:"
_SEPARATOR = "::"


@dataclass(frozen=True, slots=True)
class Urn:
    """A resource's URN: `urn:pulumi:STACK::PROJECT::TYPES::NAME`.

    Attributes:
        stack: The stack.
        project: The project.
        types: The types of its ancestors and its own, joined by `$`.
        name: Its name in the stack, which may hold the separator of the parts.

    """

    stack: str
    project: str
    types: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a URN.

        Raises:
            ValueError: It is none.

        """
        parts = text.removeprefix(_SCHEME).split(_SEPARATOR, 3)
        if not text.startswith(_SCHEME) or len(parts) != 4:
            raise ValueError(f'"{text}" is no URN of Pulumi.')
        return cls(*parts)

    @property
    def type(self) -> str:
        """Its own type token, such as `supaschema:index:Table`."""
        return self.types.rpartition("$")[2]

    @property
    def stack_and_project(self) -> tuple[str, str]:
        """What it shares with every resource of its stack."""
        return self.stack, self.project

    def is_of(self, stack: str) -> bool:
        """Return whether it belongs to a stack, given as `STACK` or as `STACK::PROJECT`."""
        return stack in (self.stack, _SEPARATOR.join(self.stack_and_project))

    def __str__(self) -> str:
        """Return the URN as text."""
        return _SCHEME + _SEPARATOR.join((self.stack, self.project, self.types, self.name))


def resource_name(urn: str) -> str:
    """Return the resource's name in the stack, in one line."""
    return line(Urn.parse(urn).name)


def prefix_of(stack: str) -> str:
    """Return what the URNs of a stack's resources begin with; the stack is given as `STACK` or `STACK::PROJECT`."""
    return f"{_SCHEME}{stack}{_SEPARATOR}"


def names_project(stack: str) -> bool:
    """Return whether a stack is given as `STACK::PROJECT`."""
    return _SEPARATOR in stack
