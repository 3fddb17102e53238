"""Declaration of several objects that are one resource."""

from __future__ import annotations

from collections.abc import Iterable

from supaschema.declarations.base import Declaration

_NAMING = ("schema", "table", "name")


class ObjectSet(Declaration, frozen=True, kw_only=True):
    """Several declarations as one resource: one plan, and one transaction where PostgreSQL allows it.

    For objects that change together, such as views that read each other, and for schemas of thousands of objects, for
    Pulumi's own work is by resource.

    Attributes:
        objects: The declarations. Pulumi gets them by class and name, such as `View public.recent_jobs`.
        handed_over: Relations and routines, as `schema.name`, that were members and that another resource of the
            program declares by now: they stay as they are until that resource has them.

    """

    objects: tuple[Declaration, ...]
    handed_over: tuple[str, ...] = ()

    def wire(self) -> object:
        """Return the members by key: a difference then has the member's name, not its position."""
        members: dict[str, object] = {"objects": {key: item.wire() for key, item in keyed(self.objects).items()}}
        return {**members, "handedOver": self.handed_over} if self.handed_over else members


def keyed(objects: Iterable[Declaration]) -> dict[str, Declaration]:
    """Return declarations by class and name; of those that are named alike, the second is `... (2)`."""
    found: dict[str, Declaration] = {}
    for item in objects:
        name, number = _name(item), 1
        key = name
        while key in found:
            number += 1
            key = f"{name} ({number})"
        found[key] = item
    return found


def _name(item: Declaration) -> str:
    # A part that is an output is known only later, to the provider, which names the members anew.
    parts = [part for field in _NAMING if isinstance(part := getattr(item, field, None), str)]
    arguments = getattr(item, "arguments", ())
    types = [str(argument.type) for argument in arguments if hasattr(argument, "type")]
    called = f"{type(item).__name__} {'.'.join(parts)}"
    return f"{called}({', '.join(types)})" if types else called
