"""Former names in declarations, as renames and as ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from supaschema.core.model import ObjectId
from supaschema.core.renames import Rename
from supaschema.core.sqltext import Name
from supaschema.core.type_names import argument_type, split_list

_SIGNED = re.compile(r"^(?P<name>[^(]+?)\s*\((?P<types>.*)\)\s*$", re.DOTALL)


def of_schema(kind: str, name: Name, former: Iterable[str]) -> Iterator[Rename]:
    """Yield the renames of an object of a schema: a former name without one is of the same.

    Args:
        kind: Of the object.
        name: Its schema and name, and what else tells it from others.
        former: Its former names.

    """
    for text in former:
        old = (*schema_and_name(name[0], text), *name[2:])
        yield Rename(ObjectId(kind, old), ObjectId(kind, name))


def of_relation(kind: str, name: Name, former: Iterable[str]) -> Iterator[Rename]:
    """Yield the renames of what belongs to a relation: no text names it."""
    for old in former:
        yield Rename(ObjectId(kind, (*name[:2], old)), ObjectId(kind, name), is_spoken=False)


def of_routine(kind: str, name: Name, former: Iterable[str]) -> Iterator[Rename]:
    """Yield the renames of a routine, its arguments as they were: those that changed are written in the former name."""
    for text in former:
        old = routine(name, text)
        yield Rename(ObjectId(kind, old), ObjectId(kind, (*name[:2], old[2])))


def routine(name: Name, former: str) -> tuple[str, str, str]:
    """Return schema, name and types that a former name of a routine tells."""
    signed = _SIGNED.match(former)
    types = ", ".join(map(argument_type, split_list(signed["types"]))) if signed else name[2]
    return (*schema_and_name(name[0], signed["name"] if signed else former), types)


def former_ids(schema: str, former: Iterable[str]) -> tuple[str, ...]:
    """Return the ids, `schema.name`, that an object of a schema had under former names."""
    return tuple(".".join(schema_and_name(schema, text)) for text in former)


def schema_and_name(schema: str, text: str) -> tuple[str, str]:
    """Return schema and name, where the schema need not be written."""
    before, dot, after = text.partition(".")
    return (before, after) if dot else (schema, text)
