"""Areas and their parts: what the system consists of, as values, and how a Pulumi program declares it.

An area names its parts and what each follows. That is all: tests, reports and the Pulumi program read the same values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from supaschema.declarations import Bucket, Declaration, Table, TablePatch
from supaschema.sdk import Provider, SchemaObject

HOLD_DATA = (Table, TablePatch, Bucket)
"""What a protected stack does not delete."""


@dataclass(frozen=True, slots=True)
class Part:
    """One object of the system.

    Attributes:
        name: The resource's name in the stack, unique in the whole system.
        declaration: What the database shall hold.
        after: The parts that must stand before it is made although its texts do not name them, and that go after it
            when the stack is destroyed. What its texts name, `order_by_names` finds.

    """

    name: str
    declaration: Declaration
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """Parts that belong together, each after those that it names or has in `after`."""

    name: str
    parts: tuple[Part, ...]


class OrderError(Exception):
    """The areas contradict themselves: a name twice, or a part that follows one that does not come before it."""


def check_order(areas: Sequence[Area]) -> None:
    """Refuse areas in which a name occurs twice or a part follows one that does not come before it.

    Raise:
        OrderError: Naming the part.

    """
    known: set[str] = set()
    for part in (part for area in areas for part in area.parts):
        if part.name in known:
            raise OrderError(f'part "{part.name}" is declared twice; give one of them another name.')
        missing = [name for name in part.after if name not in known]
        if missing:
            raise OrderError(f'part "{part.name}" follows "{missing[0]}", which is not declared before it.')
        known.add(part.name)


class AreaResource(pulumi.ComponentResource):
    """An area in the stack's tree; its parts are its children."""

    def __init__(self, area: Area, provider: Provider) -> None:
        """Stand for an area; `provision` adds the parts."""
        super().__init__("connectors:index:Area", area.name, None, pulumi.ResourceOptions(providers=[provider]))


def provision(areas: Sequence[Area], provider: Provider, *, protect: bool = False) -> dict[str, SchemaObject]:
    """Declare every part as a Pulumi resource and return them by name; protect those that hold data if asked to."""
    check_order(areas)
    made: dict[str, SchemaObject] = {}
    for area in areas:
        parent = AreaResource(area, provider)
        for part in area.parts:
            follows = [made[name] for name in part.after]
            opts = pulumi.ResourceOptions(
                parent=parent,
                provider=provider,
                depends_on=follows,
                protect=protect and isinstance(part.declaration, HOLD_DATA),
            )
            made[part.name] = SchemaObject(part.name, part.declaration, opts)
    return made
