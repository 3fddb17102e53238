"""Inputs as JSON: what `refresh` shows, and what differs between two of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_]\w*")

_LABELS = ("name", "to")
"""Keys that tell the items of a list apart: a column's name, a grant's role."""


class Change(Enum):
    """How a property differs."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


def merge(declared: Any, recorded: Any, live: Any) -> Any:
    """Return the live inputs, as the program wrote them wherever nothing has changed since.

    Args:
        declared: The inputs as the program wrote them.
        recorded: The inputs that state what the database held after the last apply, as the server writes it.
        live: The inputs that state what it holds now, as the server writes it.

    Returns:
        `declared` wherever live is as recorded; what is live everywhere else.

    """
    if recorded == live:
        return declared
    if isinstance(declared, Mapping) and isinstance(recorded, Mapping) and isinstance(live, Mapping):
        keys = [*declared, *(key for key in live if key not in declared)]
        merged = {key: merge(declared.get(key), recorded.get(key), live.get(key)) for key in keys}
        return {key: value for key, value in merged.items() if value is not None}
    if _labelled(declared) and _labelled(recorded) and _labelled(live):
        mine, before, now = _by_label(declared), _by_label(recorded), _by_label(live)
        items = [merge(mine.get(label), before.get(label), now.get(label)) for label in _in_order(mine, now)]
        return [item for item in items if item is not None]
    return live


def changes(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Change]]:
    """Return the paths of properties that differ, as Pulumi writes them: `columns[2].default`."""
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*old, *new)):
            yield from _one(old.get(key), new.get(key), joined(path, key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _by_name(old, new, path) or _by_position(old, new, path)
    else:
        yield path, Change.UPDATE


def joined(path: str, key: str | int) -> str:
    """Return the path of a value below another one, as Pulumi writes it: `objects["View app.v"].query`."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if not _PLAIN.fullmatch(key):
        quoted = key.replace("\\", "\\\\").replace('"', '\\"')
        return f'{path}["{quoted}"]'
    return f"{path}.{key}" if path else key


def _by_name(old: list[Any], new: list[Any], path: str) -> list[tuple[str, Change]]:
    # What went has its place in the old list, what came in the new one. Where one place would stand for two items, or
    # an item that changed has moved, no path tells it (the engine shows one change of a place, what comes before what
    # goes): nothing is returned.
    before, after = _places(old), _places(new)
    if before is None or after is None:
        return []
    gone = {before[label] for label in before.keys() - after.keys()}
    come = {after[label] for label in after.keys() - before.keys()}
    kept = [(before[label], after[label]) for label in before if label in after]
    changed = {place for place, later in kept if old[place] != new[later]}
    if gone & come or (gone | come) & changed or any(place in changed and place != later for place, later in kept):
        return []
    found = [(f"{path}[{place}]", Change.DELETE) for place in sorted(gone)]
    for place in sorted(changed):
        found += changes(old[place], new[place], f"{path}[{place}]")
    return [*found, *((f"{path}[{place}]", Change.ADD) for place in sorted(come))]


def _by_position(old: list[Any], new: list[Any], path: str) -> Iterator[tuple[str, Change]]:
    for position in range(max(len(old), len(new))):
        left = old[position] if position < len(old) else None
        right = new[position] if position < len(new) else None
        yield from _one(left, right, f"{path}[{position}]")


def _one(old: Any, new: Any, path: str) -> Iterator[tuple[str, Change]]:
    if old is None and new is not None:
        yield path, Change.ADD
    elif new is None and old is not None:
        yield path, Change.DELETE
    else:
        yield from changes(old, new, path)


def _labelled(items: Any) -> bool:
    if items is None:
        return True
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        return False
    labels = [_label(item) for item in items]
    return None not in labels and len(set(labels)) == len(labels)


def _places(items: list[Any]) -> dict[Any, int] | None:
    """Return the place of each item by what tells it from the others; None: nothing does."""
    found = {_told_by(item): place for place, item in enumerate(items)}
    return found if None not in found and len(found) == len(items) else None


def _told_by(item: Any) -> Any:
    # Words tell themselves apart: columns of a key, roles. A key without a name has the one that its columns give it,
    # and the table that it refers to.
    if isinstance(item, str):
        return item
    if not isinstance(item, Mapping):
        return None
    label = _label(item)
    if label is None and "columns" in item:
        return (item.get("references"), tuple(item["columns"] or ()))
    return label


def _by_label(items: Any) -> dict[Any, Any]:
    return {_label(item): item for item in items or ()}


def _in_order(mine: Iterable[Any], now: Iterable[Any]) -> list[Any]:
    # As declared; what only the database holds comes after what it follows there, for an argument's place has meaning.
    labels, place = list(mine), 0
    for label in now:
        if label not in labels:
            labels.insert(place, label)
        place = labels.index(label) + 1
    return labels


def _label(item: Mapping[str, Any]) -> Any:
    # Two grants may name one role: once on the table, once on some columns.
    label = next((item[key] for key in _LABELS if key in item), None)
    return None if label is None else (label, tuple(item.get("columns") or ()) if "to" in item else ())
