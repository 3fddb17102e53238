"""CompositeType: a composite type with all its attributes, and who may use it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.core.type_names import qualified
from supaschema.declarations import CompositeAttribute, CompositeType
from supaschema.kinds import composite_attribute as attribute_kind
from supaschema.kinds import composite_type as composite_kind
from supaschema.lint.access import TYPE_PRIVILEGES, grant_problems
from supaschema.lint.identifiers import name_problems
from supaschema.resources import renamed
from supaschema.resources.base import Resource, members
from supaschema.resources.column_properties import collation_names, collation_text
from supaschema.resources.type_access import type_grants_facts, type_grants_from

Name = tuple[str, str]


class CompositeTypeResource(Resource[CompositeType]):
    """Composite types."""

    declaration = CompositeType
    principal = "composite_type"

    def identify(self, declared: CompositeType) -> str:
        """Return `schema.type`."""
        return f"{declared.schema}.{declared.name}"

    def imported(self, id: str, live: Facts) -> CompositeType | None:
        """Return the live type's declaration."""
        schema, _, name = id.partition(".")
        return _declared_from(live, (schema, name))

    def problems(self, declared: CompositeType) -> Iterable[DeclarationError]:
        """Return what the server would object to."""
        yield from name_problems(declared.name, field="name")
        yield from name_problems(declared.schema, field="schema")
        names = [attribute.name for attribute in declared.attributes]
        for name in dict.fromkeys(names):
            yield from name_problems(name, field="attributes")
            if names.count(name) > 1:
                yield DeclarationError(
                    f"two attributes are called {name}.", field="attributes", remedy="Rename one of them."
                )
        for attribute in declared.attributes:
            if qualified(attribute.type) == (declared.schema, declared.name):
                what = f"attribute {attribute.name} is of the type itself, which would have no end."
                yield DeclarationError(what, field="attributes", remedy="Give it another type.")
        yield from grant_problems(declared.grants or (), TYPE_PRIVILEGES)

    def facts(self, declared: CompositeType) -> tuple[Fact, ...]:
        """Return the type, its attributes, and where it is declared who may use it."""
        name = (declared.schema, declared.name)
        names = tuple(it.name for it in declared.attributes)
        found = [
            Fact(
                ObjectId("composite_type", name),
                composite_kind.CompositeType(attributes=names, comment=declared.comment),
            )
        ]
        for position, it in enumerate(declared.attributes, start=1):
            definition = attribute_kind.CompositeAttribute(
                type=it.type, collation=collation_names(it.collation), comment=it.comment, position=position
            )
            found.append(Fact(ObjectId("composite_attribute", (*name, it.name)), definition))
        return (*found, *type_grants_facts(name, declared.grants))

    def exclusive_objects(self, declared: CompositeType, live: Facts) -> Iterable[ObjectId]:
        """Return every attribute, for the type is declared whole."""
        name = (declared.schema, declared.name)
        return [id for id in live if id.kind == "composite_attribute" and id.name[:2] == name]

    def renames(self, declared: CompositeType) -> tuple[Rename, ...]:
        """Return those of the type, then those of its attributes."""
        name = (declared.schema, declared.name)
        attributes = (
            pair
            for it in declared.attributes
            for pair in renamed.of_relation("composite_attribute", (*name, it.name), it.renamed_from)
        )
        return (*renamed.of_schema("composite_type", name, declared.renamed_from), *attributes)

    def former(self, declared: CompositeType) -> tuple[str, ...]:
        """Return its former names with their schemas."""
        return renamed.former_ids(declared.schema, declared.renamed_from)

    def lift(self, facts: Facts, declared: CompositeType) -> Mapping[str, Any]:
        """Return the type as the facts have it."""
        found = _declared_from(facts, (declared.schema, declared.name), declared)
        return {} if found is None else found.to_inputs()


def _declared_from(facts: Facts, name: Name, known: CompositeType | None = None) -> CompositeType | None:
    found = facts.get(ObjectId("composite_type", name))
    if not isinstance(found, composite_kind.CompositeType):
        return None
    return CompositeType(
        schema=name[0],
        name=name[1],
        attributes=tuple(_attributes_from(facts, name, known.attributes if known else ())),
        grants=type_grants_from(facts, name, known.grants if known else None, is_declared=known is not None),
        comment=found.comment,
    )


def _attributes_from(facts: Facts, name: Name, known: tuple[CompositeAttribute, ...]) -> Iterator[CompositeAttribute]:
    collated = {it.name for it in known if it.collation is not None}
    found = [
        (item.position, own, item)
        for (*_, own), item in members(facts, "composite_attribute", name).items()
        if isinstance(item, attribute_kind.CompositeAttribute)
    ]
    for _, own, item in sorted(found, key=lambda each: each[:2]):
        is_collated = item.collation is not None or own in collated
        yield CompositeAttribute(
            name=own,
            type=item.type,
            collation=collation_text(item.collation) if is_collated else None,
            comment=item.comment,
        )
