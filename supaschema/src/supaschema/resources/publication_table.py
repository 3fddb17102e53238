"""PublicationTable: a table in a publication that something else makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.declarations import PublicationTable
from supaschema.kinds import publication_table as table_kind
from supaschema.lint.identifiers import name_problems
from supaschema.lint.published import published_problems
from supaschema.resources.base import Resource
from supaschema.resources.publication import listed, published

Name = tuple[str, str, str]


class PublicationTableResource(Resource[PublicationTable]):
    """Tables in publications."""

    declaration = PublicationTable

    def identify(self, declared: PublicationTable) -> str:
        """Return `schema.table/publication`."""
        return f"{declared.schema}.{declared.table}/{declared.publication}"

    def imported(self, id: str, live: Facts) -> PublicationTable | None:
        """Return the declaration of a live table's place in a publication."""
        relation, _, publication = id.partition("/")
        schema, _, table = relation.partition(".")
        return _declared_from(live, (schema, table, publication))

    def problems(self, declared: PublicationTable) -> Iterable[DeclarationError]:
        """Return names that are too long, and what the server would object to."""
        for field in ("publication", "table", "schema"):
            yield from name_problems(getattr(declared, field), field=field)
        yield from published_problems(declared.columns, declared.where, field="")

    def facts(self, declared: PublicationTable) -> tuple[Fact, ...]:
        """Return the table's place in the publication."""
        name = (declared.schema, declared.table, declared.publication)
        return (Fact(ObjectId("publication_table", name), published(declared.columns, declared.where)),)

    def anchors(self, declared: PublicationTable) -> frozenset[tuple[str, ...]]:
        """Return the table and the publication."""
        return super().anchors(declared) | {(declared.publication,)}

    def lift(self, facts: Facts, declared: PublicationTable) -> Mapping[str, Any]:
        """Return the table's place as the facts have it."""
        found = _declared_from(facts, (declared.schema, declared.table, declared.publication), declared)
        return {} if found is None else found.to_inputs()


def _declared_from(facts: Facts, name: Name, known: PublicationTable | None = None) -> PublicationTable | None:
    found = facts.get(ObjectId("publication_table", name))
    if not isinstance(found, table_kind.PublicationTable):
        return None
    return PublicationTable(
        schema=name[0],
        table=name[1],
        publication=name[2],
        columns=listed(found, known.columns if known else None),
        where=found.where,
    )
