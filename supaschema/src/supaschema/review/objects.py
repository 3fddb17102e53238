"""The objects that a resource changes, each told once: a table that is new, and not its columns one by one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import Enum
from typing import Any

from supaschema.core import printable
from supaschema.core.plan_record import Difference, Named
from supaschema.review.model import Change
from supaschema.review.phrases import Code, Phrase, listed
from supaschema.review.view_columns import VIEWS, column_changes

_SHORT = 40
"""Values of so many characters are told in a sentence."""
HINTS = ("text", "signature", "usual_opclass", "ordered", "managed")
"""Properties that say how the server writes or makes an object, and are no difference to a reader."""
_BESIDE = (
    "not_null",
    "row_security",
    "table_grants",
    "column_grants",
    "function_grants",
    "procedure_grants",
    "aggregate_grants",
    "schema_grants",
    "sequence_",
    "type_grants",
)
"""Kinds whose objects have the name of what they say something of."""


_ByName = Mapping[tuple[str, ...], Set[str]]
"""By the name of some objects their kinds."""

_WORDS = {"using": "USING condition", "check": "WITH CHECK condition", "public": "public access"}
"""Properties whose names by themselves read as another word."""


class Happening(Enum):
    """What happens to an object, as it is said of it."""

    MADE = "new"
    DROPPED = "dropped"
    CHANGED = "changed"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class Touched:
    """An object that changes; `former` is the name that it had.

    Its `properties` are those that differ, with what they were and become where that is a few words. Of grants `given`
    and `taken` are what roles gain and lose by them: each role with privileges. Of a view `columns` are what becomes of
    those that differ.
    """

    happening: Happening
    object: Named
    former: Named | None = None
    properties: tuple[tuple[str, str, str], ...] = ()
    given: tuple[tuple[str, tuple[str, ...]], ...] = ()
    taken: tuple[tuple[str, tuple[str, ...]], ...] = ()
    columns: tuple[Phrase, ...] = ()

    @property
    def kind(self) -> str:
        """Its kind in words."""
        return self.object.kind.replace("_", " ")

    @property
    def phrase(self) -> Phrase:
        """It in words."""
        name = Code(dotted(self.object))
        if self.former is not None:
            return (f"{self.kind} ", Code(dotted(self.former)), " is renamed to ", name)
        if self.columns:
            return (f"{self.kind} ", name, " changes its columns: ", *listed(self.columns))
        if self.happening is Happening.CHANGED and self.properties:
            told = (
                (f"{key} from ", Code(old), " to ", Code(new)) if old or new else (key,)
                for key, old, new in self.properties
            )
            return (f"{self.kind} ", name, " changes its ", *listed(told))
        if self.happening is Happening.CHANGED and (self.given or self.taken):
            gained = [(Code(role), f" gets {', '.join(words)}") for role, words in self.given]
            lost = [(Code(role), f" loses {', '.join(words)}") for role, words in self.taken]
            return (f"{self.kind} ", name, " change: ", *listed([*gained, *lost]))
        said = {Happening.MADE: " is new", Happening.DROPPED: " is dropped"}.get(self.happening, " changes")
        return (f"{self.kind} ", name, said)


def touched(change: Change, every: Sequence[Change] = ()) -> tuple[Touched, ...]:
    """Return a resource's own objects that change.

    Args:
        change: The resource's.
        every: All changes of the stack: of what comes or goes as a whole, in any of them, the parts are not told.

    """
    if change.plan is None:
        return ()
    renames = [Touched(Happening.RENAMED, pair.new, pair.old) for pair in change.plan.renames]
    names = _by_name(each.object for each in renames)
    renamed = [each for each in renames if not _is_part(each.object, names)]
    wholes = _wholes(item for other in (change, *every) for item in _own(other))
    return (*renamed, *(_touched(item) for item in _own(change) if not _is_told_with(item, wholes)))


def aside(change: Change) -> tuple[Named, ...]:
    """Return the objects that are dropped and recreated as they were, without the columns of a view that changes."""
    found = [item.object for item in _aside(change) if not item.eased]
    views = {item.object.name for item in _own(change) if item.object.kind in VIEWS}
    names = _by_name(found)
    return tuple(
        each
        for each in found
        if not _is_part(each, names) and not (each.kind == "view_column" and each.name[:2] in views)
    )


def eased(change: Change) -> tuple[Named, ...]:
    """Return the objects that let go of what changes beneath them, and are not dropped for it."""
    return tuple(item.object for item in _aside(change) if item.eased)


def drifted(change: Change) -> tuple[Difference, ...]:
    """Return what somebody else changed since the deployment before, without the parts of what came or went."""
    found = [item for item in change.plan.differences if item.drifted] if change.plan else []
    wholes = _wholes(found)
    return tuple(item for item in found if not _is_told_with(item, wholes))


def dotted(object: Named) -> str:
    """Return an object's name in one piece; of a routine with the types of its arguments."""
    return printable.dotted(object.kind, object.name)


def _aside(change: Change) -> list[Difference]:
    return [item for item in change.plan.differences if item.aside] if change.plan else []


def _own(change: Change) -> list[Difference]:
    return [item for item in change.plan.differences if not item.aside] if change.plan else []


def _touched(item: Difference) -> Touched:
    before, after = _privileges(item.old), _privileges(item.new)
    return Touched(
        _happening(item),
        item.object,
        properties=tuple(_properties(item)),
        given=tuple(_more(after, before)),
        taken=tuple(_more(before, after)),
        columns=column_changes(item.old, item.new) if item.object.kind in VIEWS else (),
    )


def _properties(item: Difference) -> Iterator[tuple[str, str, str]]:
    if not item.old or not item.new:
        return
    for key in dict.fromkeys((*item.old, *item.new)):
        old, new = (_without_hints(side.get(key)) for side in (item.old, item.new))
        if old != new and key not in HINTS and not (key == "entries" and item.object.kind.endswith("grants")):
            texts = _value(old, new), _value(new, old)
            # What is longer is named, and shown below.
            short = all(len(text) <= _SHORT and "\n" not in text for text in texts)
            yield (_WORDS.get(key, key.replace("_", " ")), *(texts if short else ("", "")))


def _without_hints(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_hints(each) for key, each in value.items() if key not in HINTS}
    return [_without_hints(each) for each in value] if isinstance(value, list | tuple) else value


def _privileges(side: Mapping[str, Any] | None) -> dict[str, tuple[str, ...]]:
    # Those of grants, by role; of nothing else.
    entries = (side or {}).get("entries")
    return {
        entry["grantee"]: tuple(entry["privileges"])
        for entry in (entries if isinstance(entries, list | tuple) else ())
        if isinstance(entry, Mapping) and {"grantee", "privileges"} <= entry.keys()
    }


def _more(
    one: Mapping[str, tuple[str, ...]], other: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for role, words in one.items():
        more = tuple(word for word in words if word not in other.get(role, ()))
        if more:
            yield role, more


def _value(value: object, other: object) -> str:
    if value is None:
        # Defaults are left out.
        return json.dumps(not other) if isinstance(other, bool) else "none"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _happening(item: Difference) -> Happening:
    return Happening.MADE if item.old is None else Happening.DROPPED if item.new is None else Happening.CHANGED


def _is_told_with(item: Difference, wholes: Mapping[Happening, _ByName]) -> bool:
    happening = _happening(item)
    return happening is not Happening.CHANGED and _is_part(item.object, wholes[happening])


def _wholes(items: Iterable[Difference]) -> dict[Happening, _ByName]:
    found: dict[Happening, list[Named]] = {each: [] for each in Happening}
    for item in items:
        found[_happening(item)].append(item.object)
    return {happening: _by_name(objects) for happening, objects in found.items()}


def _by_name(objects: Iterable[Named]) -> _ByName:
    found: dict[tuple[str, ...], set[str]] = {}
    for object in objects:
        found.setdefault(object.name, set()).add(object.kind)
    return found


def _is_part(object: Named, others: _ByName) -> bool:
    """Return whether an object is named after another one, or beneath it."""
    # A schema's objects are more than its parts, and a routine's name stands for itself.
    if any(object.name[:length] in others for length in range(2, len(object.name))):
        return True
    beside = object.kind.startswith(_BESIDE)
    return beside and any(not kind.startswith(_BESIDE) for kind in others.get(object.name, ()))
