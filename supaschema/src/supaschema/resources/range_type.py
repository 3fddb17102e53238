"""RangeType: a range type with its multirange type, and who may use it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import RangeType
from supaschema.kinds import range_type as range_kind
from supaschema.lint.access import TYPE_PRIVILEGES, grant_problems
from supaschema.lint.identifiers import name_problems
from supaschema.resources import renamed
from supaschema.resources.base import Resource
from supaschema.resources.column_properties import collation_names, collation_text
from supaschema.resources.type_access import type_grants_facts, type_grants_from

Name = tuple[str, ...]

_SERVERS = "pg_catalog"


class RangeTypeResource(Resource[RangeType]):
    """Range types."""

    declaration = RangeType
    principal = "range_type"

    def identify(self, declared: RangeType) -> str:
        """Return `schema.type`."""
        return f"{declared.schema}.{declared.name}"

    def imported(self, id: str, live: Facts) -> RangeType | None:
        """Return the live type's declaration."""
        schema, _, name = id.partition(".")
        return _declared_from(live, (schema, name))

    def problems(self, declared: RangeType) -> Iterable[DeclarationError]:
        """Return what the server would object to."""
        yield from name_problems(declared.name, field="name")
        yield from name_problems(declared.schema, field="schema")
        if declared.subtype_diff is not None and "." not in declared.subtype_diff:
            what = f"function {declared.subtype_diff} is named without its schema."
            yield DeclarationError(what, field="subtypeDiff", remedy="Write `schema.name`.")
        yield from grant_problems(declared.grants or (), TYPE_PRIVILEGES)

    def facts(self, declared: RangeType) -> tuple[Fact, ...]:
        """Return the type, and where it is declared who may use it."""
        name = (declared.schema, declared.name)
        multirange = declared.multirange
        definition = range_kind.RangeType(
            subtype=declared.subtype,
            opclass=_names(declared.subtype_opclass),
            collation=collation_names(declared.collation),
            subtype_diff=_names(declared.subtype_diff),
            multirange=None if multirange is None else renamed.schema_and_name(declared.schema, multirange),
            comment=declared.comment,
        )
        return (Fact(ObjectId("range_type", name), definition), *type_grants_facts(name, declared.grants))

    def renames(self, declared: RangeType) -> tuple[Rename, ...]:
        """Return those of the type."""
        return tuple(renamed.of_schema("range_type", (declared.schema, declared.name), declared.renamed_from))

    def former(self, declared: RangeType) -> tuple[str, ...]:
        """Return its former names with their schemas."""
        return renamed.former_ids(declared.schema, declared.renamed_from)

    def lift(self, facts: Facts, declared: RangeType) -> Mapping[str, Any]:
        """Return the type as the facts have it."""
        found = _declared_from(facts, (declared.schema, declared.name), declared)
        return {} if found is None else found.to_inputs()


def _declared_from(facts: Facts, name: tuple[str, str], known: RangeType | None = None) -> RangeType | None:
    found = facts.get(ObjectId("range_type", name))
    if not isinstance(found, range_kind.RangeType):
        return None
    is_collated = found.collation is not None or (known is not None and known.collation is not None)
    return RangeType(
        schema=name[0],
        name=name[1],
        subtype=found.subtype,
        subtype_opclass=_text(found.opclass),
        collation=collation_text(found.collation) if is_collated else None,
        subtype_diff=_text(found.subtype_diff, with_schema=True),
        multirange=_multirange(name, found.multirange, known),
        grants=type_grants_from(facts, name, known.grants if known else None, is_declared=known is not None),
        comment=found.comment,
    )


def _multirange(name: Name, found: Name | None, known: RangeType | None) -> str | None:
    said = known.multirange if known else None
    if found is None or (said is None and (known is not None or found == range_kind.usual_multirange(name))):
        return None
    is_short = found[0] == name[0] and (said is None or "." not in said)
    return found[1] if is_short else ".".join(found)


def _names(text: str | None) -> Name | None:
    return None if text is None else tuple(text.removeprefix(f"{_SERVERS}.").split(".", 1))


def _text(names: Name | None, *, with_schema: bool = False) -> str | None:
    if names is None:
        return None
    return ".".join((_SERVERS, *names) if with_schema and not names[1:] else names)
