"""Facts to JSON and back, strictly: what is read is what was written, or it is refused.

A fact is an object with its `kind`, the parts of its `name`, and its `definition`: the fields of the kind's class
that are not as they are by default.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from supaschema.core.errors import SupaschemaError
from supaschema.core.model import Definition, ObjectId

Definitions = Mapping[str, type[Definition]]
"""The class of each kind's definitions, by the kind's name."""


class FactRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fact as the file has it."""

    kind: str
    name: tuple[str, ...]
    definition: dict[str, Any]

    @property
    def id(self) -> ObjectId:
        """Its address."""
        return ObjectId(self.kind, self.name)


def written(facts: Iterable[tuple[ObjectId, Definition]]) -> tuple[FactRow, ...]:
    """Return facts as the file has them, in the order given."""
    return tuple(FactRow(kind=id.kind, name=id.name, definition=built(definition)) for id, definition in facts)


def built(definition: Definition) -> dict[str, Any]:
    """Return a definition as values of JSON."""
    # Through JSON itself: a tuple is a list then, as it is once it is read again.
    found: dict[str, Any] = json.loads(msgspec.json.encode(definition))
    return found


def facts_of(rows: Iterable[FactRow], definitions: Definitions) -> dict[ObjectId, Definition]:
    """Return the facts that `written` gave, in their order.

    Raises:
        SupaschemaError: A kind is not known, a definition is none of its kind's, or an object is there twice.

    """
    found: dict[ObjectId, Definition] = {}
    for row in rows:
        if row.id in found:
            raise _unreadable("it is there twice", row.id)
        found[row.id] = definition_of(row.id, row.definition, definitions)
    return found


def definition_of(id: ObjectId, value: Mapping[str, Any], definitions: Definitions) -> Definition:
    """Return the definition that `built` gave of an object of a kind.

    Raises:
        SupaschemaError: The kind is not known, or this is none of its definitions as `built` writes them.

    """
    known = definitions.get(id.kind)
    if known is None:
        raise _unreadable("this version has no such kind", id)
    try:
        found = msgspec.convert(value, known)
    except msgspec.ValidationError as error:
        raise _unreadable(f"its definition cannot be read: {error}", id) from None
    again = built(found)
    if again != value:
        strange = ", ".join(sorted(_differing(again, value)))
        raise _unreadable(f"its definition has what this version does not write: {strange}", id)
    return found


def canonical(value: Any) -> bytes:
    """Return the one way in which a value of JSON is written here: keys in order, no space."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    yield from (key for key in {*one, *other} if key not in one or key not in other or one[key] != other[key])


def _unreadable(what: str, id: ObjectId) -> SupaschemaError:
    return SupaschemaError(
        f"{what}.", where=str(id), remedy="Read the snapshot with the version that took it, or take another one."
    )
