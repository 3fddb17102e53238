"""Two sets of facts, and the deltas between them. Knows no kind by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from supaschema.core.model import Definition, Delta, Desired, Facts, ObjectId
from supaschema.kinds.base import Kind

Kinds = dict[str, Kind[Any]]
Same = Callable[[ObjectId, Definition, Definition], bool]


def diff(desired: Desired, live: Facts, same: Same) -> tuple[Delta, ...]:
    """Compare what is desired with what is live.

    Args:
        desired: What each object shall be; None: absent. Objects that are not named are nobody's business.
        live: What the catalog holds.
        same: Tells whether a wanted and a live definition are the same to the server.

    Returns:
        The deltas, in the order of `desired`.

    """
    return tuple(_deltas(desired, live, same))


def _deltas(desired: Desired, live: Facts, same: Same) -> Iterator[Delta]:
    for id, wanted in desired.items():
        found = live.get(id)
        if wanted is None and found is None:
            continue
        if wanted is not None and found is not None and same(id, wanted, found):
            continue
        yield Delta(id, found, wanted)


def undecided(desired: Desired, live: Facts, kinds: Kinds) -> list[tuple[ObjectId, str]]:
    """Return the texts of which only the server can tell whether they differ: each by its object and its SQL field."""
    found = []
    for id, wanted in desired.items():
        current = live.get(id)
        if wanted is None or current is None or wanted == current:
            continue
        left, right = texts(kinds[id.kind], id, wanted), texts(kinds[id.kind], id, current)
        found += [(id, name) for name in left if name in right and left[name] != right[name]]
    return found


def texts(kind: Kind[Any], id: ObjectId, definition: Definition) -> dict[str, str]:
    """Return the texts of a definition that the server may write in another way."""
    return {name: field.text for name, field in kind.sql_fields(id, definition).items()}


def same_by_canonical_text(kinds: Kinds, spelled_alike: dict[ObjectId, bool]) -> Same:
    """Return the comparison for `diff`: equal structures, and texts that are equal or of one canonical text."""

    def same(id: ObjectId, wanted: Definition, live: Definition) -> bool:
        kind = kinds[id.kind]
        if id in spelled_alike:
            return spelled_alike[id]
        if wanted == live:
            return True
        return kind.same_structure(wanted, live) and texts(kind, id, wanted) == texts(kind, id, live)

    return same
