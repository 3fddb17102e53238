"""Sequence: what it counts, the column that it goes with, and who may draw from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.core.sqltext import Name
from supaschema.core.type_names import canonical_type
from supaschema.declarations import Sequence
from supaschema.kinds import sequence as sequence_kind
from supaschema.kinds.grants import declared_grants, grants_from
from supaschema.kinds.sequence_definition import resolved
from supaschema.lint.access import SEQUENCE_PRIVILEGES, grant_problems
from supaschema.lint.identifiers import name_problems
from supaschema.resources import renamed
from supaschema.resources.base import Resource
from supaschema.supabase.roles import API_ROLES

NONE = "none"
"""Says that no column owns a sequence, as OWNED BY does."""
_TYPES = ("smallint", "integer", "bigint")
_PARTS = (2, 3)
"""Of a column's name: with its table, and with that one's schema."""
_OPTIONS = ("type", "start", "increment", "minimum", "maximum", "cache", "cycle", "unlogged")
_NUMBERS = ("start", "increment", "minimum", "maximum", "cache")
_EXACT = 2**53
"""Below it, a number of Pulumi's protocol, which is a double, holds every integer as it is."""
_BEYOND = 2**63
"""What the largest bigint is in such a number."""


class SequenceResource(Resource[Sequence]):
    """Sequences."""

    declaration = Sequence
    principal = "sequence"

    def identify(self, declared: Sequence) -> str:
        """Return `schema.sequence`."""
        return f"{declared.schema}.{declared.name}"

    def imported(self, id: str, live: Facts) -> Sequence | None:
        """Return the live sequence's declaration."""
        schema, _, name = id.partition(".")
        return _declared_from(live, (schema, name))

    def problems(self, declared: Sequence) -> Iterable[DeclarationError]:
        """Return what the server would object to."""
        yield from name_problems(declared.name, field="name")
        yield from name_problems(declared.schema, field="schema")
        if declared.type is not None and canonical_type(declared.type) not in _TYPES:
            what = f'the type "{declared.type}" is none of a sequence.'
            yield DeclarationError(what, field="type", remedy=f"Write one of: {', '.join(_TYPES)}.")
        if declared.increment == 0:
            yield DeclarationError("the increment is 0.", field="increment", remedy="Write another, or leave it out.")
        if declared.cache is not None and declared.cache < 1:
            yield DeclarationError(f"the cache is {declared.cache}.", field="cache", remedy="Write 1 or more.")
        least, most, start = declared.minimum, declared.maximum, declared.start
        if least is not None and most is not None and least >= most:
            what = f"the minimum, {least}, is not below the maximum, {most}."
            yield DeclarationError(what, field="minimum", remedy="Lower it, or raise the maximum.")
        elif start is not None and ((least is not None and start < least) or (most is not None and start > most)):
            what = f"the first value, {start}, is outside of minimum and maximum."
            yield DeclarationError(what, field="start", remedy="Write one between them, or leave it out.")
        yield from _inexact(declared)
        yield from _owner_problems(declared)
        yield from grant_problems(declared.grants, SEQUENCE_PRIVILEGES)

    def facts(self, declared: Sequence) -> tuple[Fact, ...]:
        """Return the sequence, and who may draw from it."""
        name = (declared.schema, declared.name)
        definition = sequence_kind.Sequence(
            type=None if declared.type is None else canonical_type(declared.type),
            start=_exact(declared.start),
            increment=_exact(declared.increment),
            minimum=_exact(declared.minimum),
            maximum=_exact(declared.maximum),
            cache=_exact(declared.cache),
            cycle=declared.cycle,
            owned_by=_owner(declared),
            unlogged=declared.unlogged,
            comment=declared.comment,
        )
        return (
            Fact(ObjectId("sequence", name), definition),
            Fact(
                ObjectId("sequence_grants", name),
                declared_grants(declared.grants, [grant.to for grant in declared.grants]),
            ),
        )

    def renames(self, declared: Sequence) -> tuple[Rename, ...]:
        """Return those of the sequence."""
        return tuple(renamed.of_schema("sequence", (declared.schema, declared.name), declared.renamed_from))

    def former(self, declared: Sequence) -> tuple[str, ...]:
        """Return its former names with their schemas."""
        return renamed.former_ids(declared.schema, declared.renamed_from)

    def lift(self, facts: Facts, declared: Sequence) -> Mapping[str, Any]:
        """Return the sequence as the facts have it."""
        found = _declared_from(facts, (declared.schema, declared.name), declared)
        return {} if found is None else found.to_inputs()


def _owner_problems(declared: Sequence) -> Iterable[DeclarationError]:
    owner = _owner(declared)
    if not owner:
        return
    if len((declared.owned_by or "").split(".")) not in _PARTS or not all(owner):
        what = f'"{declared.owned_by}" is no column.'
        remedy = "Write table.column or schema.table.column, or none."
        yield DeclarationError(what, field="ownedBy", remedy=remedy)
    elif owner[0] != declared.schema:
        what = f"the column is in schema {owner[0]}, the sequence in {declared.schema}."
        yield DeclarationError(what, field="ownedBy", remedy="The server wants both in one schema.")


def _owner(declared: Sequence) -> tuple[str, ...] | None:
    if declared.owned_by is None or declared.owned_by == NONE:
        return None if declared.owned_by is None else ()
    parts = declared.owned_by.split(".")
    return tuple(parts) if len(parts) == max(_PARTS) else (declared.schema, *parts)


def _inexact(declared: Sequence) -> Iterable[DeclarationError]:
    for field in _NUMBERS:
        number = getattr(declared, field)
        if number is not None and abs(number) >= _EXACT and number not in {-_BEYOND, _BEYOND - 1, _BEYOND}:
            what = f"{number} may be another number than was written: Pulumi carries numbers as doubles."
            remedy = f"Write one between -{_EXACT - 1} and {_EXACT - 1}, or the smallest or the largest bigint."
            yield DeclarationError(what, field=field, remedy=remedy)


def _exact(number: int | None) -> int | None:
    return _BEYOND - 1 if number == _BEYOND else number


def _declared_from(facts: Facts, name: Name, known: Sequence | None = None) -> Sequence | None:
    found = facts.get(ObjectId("sequence", name))
    if not isinstance(found, sequence_kind.Sequence):
        return None
    # What is declared, and what is not as the server takes it.
    by_itself = _by_itself(found)
    said = {
        name: value
        for name in _OPTIONS
        if (value := getattr(found, name)) != getattr(by_itself, name)
        or (known is not None and getattr(known, name) is not None)
    }
    grants = known.grants if known else ()
    managed = {*API_ROLES, *(grant.to for grant in grants)}
    return Sequence(
        schema=name[0],
        name=name[1],
        **said,
        owned_by=_owner_from(found, known),
        grants=grants_from(facts.get(ObjectId("sequence_grants", name)), managed, grants),
        comment=found.comment,
    )


def _by_itself(found: sequence_kind.Sequence) -> sequence_kind.Sequence:
    # Each limit by type and direction, the first value by the limits.
    limits = sequence_kind.Sequence(type=found.type, increment=found.increment)
    first = msgspec.structs.replace(limits, minimum=found.minimum, maximum=found.maximum)
    by_itself = resolved(limits, None)
    return msgspec.structs.replace(by_itself, type="bigint", increment=1, start=resolved(first, None).start)


def _owner_from(found: sequence_kind.Sequence, known: Sequence | None) -> str | None:
    if known is not None and known.owned_by is None:
        return None
    if not found.owned_by:
        return None if known is None else NONE
    is_whole = known is not None and len((known.owned_by or "").split(".")) == max(_PARTS)
    return ".".join(found.owned_by if is_whole else found.owned_by[1:])
