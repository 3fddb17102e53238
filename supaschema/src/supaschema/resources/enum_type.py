"""EnumType: an enum type, and who may use it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.core.sqltext import MAX_IDENTIFIER_BYTES
from supaschema.declarations import EnumType
from supaschema.kinds import enum_type as enum_kind
from supaschema.lint.access import TYPE_PRIVILEGES, grant_problems
from supaschema.lint.identifiers import name_problems
from supaschema.resources import renamed
from supaschema.resources.base import Resource
from supaschema.resources.type_access import type_grants_facts, type_grants_from

Name = tuple[str, str]


class EnumTypeResource(Resource[EnumType]):
    """Enum types."""

    declaration = EnumType
    principal = "enum_type"

    def identify(self, declared: EnumType) -> str:
        """Return `schema.type`."""
        return f"{declared.schema}.{declared.name}"

    def imported(self, id: str, live: Facts) -> EnumType | None:
        """Return the live type's declaration."""
        schema, _, name = id.partition(".")
        return _declared_from(live, (schema, name))

    def problems(self, declared: EnumType) -> Iterable[DeclarationError]:
        """Return what the server would object to, and what says of no label what it was."""
        yield from name_problems(declared.name, field="name")
        yield from name_problems(declared.schema, field="schema")
        for label in dict.fromkeys(declared.labels):
            if declared.labels.count(label) > 1:
                yield DeclarationError(f"'{label}' is given twice.", field="labels", remedy="Give each label once.")
            if len(label.encode()) > MAX_IDENTIFIER_BYTES:
                what = f"'{label}' is longer than {MAX_IDENTIFIER_BYTES} bytes."
                yield DeclarationError(what, field="labels", remedy="Shorten it: the server takes no longer label.")
        for label, former in declared.renamed_labels.items():
            if label not in declared.labels:
                remedy = "Write the label first, and then what it was before."
                yield DeclarationError(f"'{label}' is none of the labels.", field="renamedLabels", remedy=remedy)
            if former in declared.labels:
                remedy = "Take it out: a label that was renamed is another one by now."
                yield DeclarationError(f"'{former}' is a label still.", field="renamedLabels", remedy=remedy)
        former_ones = list(declared.renamed_labels.values())
        for former in sorted({it for it in former_ones if former_ones.count(it) > 1}):
            remedy = "Say it of one of them."
            yield DeclarationError(f"two labels were '{former}' before.", field="renamedLabels", remedy=remedy)
        yield from grant_problems(declared.grants or (), TYPE_PRIVILEGES)

    def facts(self, declared: EnumType) -> tuple[Fact, ...]:
        """Return the type, and where it is declared who may use it."""
        name = (declared.schema, declared.name)
        definition = enum_kind.EnumType(
            labels=declared.labels, comment=declared.comment, renamed_labels=tuple(declared.renamed_labels.items())
        )
        return (Fact(ObjectId("enum_type", name), definition), *type_grants_facts(name, declared.grants))

    def renames(self, declared: EnumType) -> tuple[Rename, ...]:
        """Return those of the type."""
        return tuple(renamed.of_schema("enum_type", (declared.schema, declared.name), declared.renamed_from))

    def former(self, declared: EnumType) -> tuple[str, ...]:
        """Return its former names with their schemas."""
        return renamed.former_ids(declared.schema, declared.renamed_from)

    def lift(self, facts: Facts, declared: EnumType) -> Mapping[str, Any]:
        """Return the type as the facts have it."""
        found = _declared_from(facts, (declared.schema, declared.name), declared)
        return {} if found is None else found.to_inputs()


def _declared_from(facts: Facts, name: Name, known: EnumType | None = None) -> EnumType | None:
    found = facts.get(ObjectId("enum_type", name))
    if not isinstance(found, enum_kind.EnumType):
        return None
    return EnumType(
        schema=name[0],
        name=name[1],
        labels=found.labels,
        grants=type_grants_from(facts, name, known.grants if known else None, is_declared=known is not None),
        comment=found.comment,
        renamed_labels=known.renamed_labels if known else {},
    )
