"""Publication: what is told to subscribers, and of which tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.declarations import Publication, PublishedOperation, PublishedTable
from supaschema.kinds import publication as publication_kind
from supaschema.kinds.publication_schema import PublicationSchema
from supaschema.kinds.publication_table import PublicationTable
from supaschema.lint.identifiers import name_problems
from supaschema.lint.published import published_problems
from supaschema.resources.base import Resource


class PublicationResource(Resource[Publication]):
    """Publications."""

    declaration = Publication

    def identify(self, declared: Publication) -> str:
        """Return the publication's name."""
        return declared.name

    def imported(self, id: str, live: Facts) -> Publication | None:
        """Return the live publication's declaration, with all that it publishes."""
        return _declared_from(live, Publication(name=id, tables=()))

    def problems(self, declared: Publication) -> Iterable[DeclarationError]:
        """Return names that are too long, and what the server would object to."""
        yield from name_problems(declared.name, field="name")
        for schema in dict.fromkeys(declared.schemas):
            yield from name_problems(schema, field="schemas")
        yield from _twice(declared)
        yield from _unlike(declared)
        for place, table in enumerate(declared.tables or ()):
            field = f"tables[{place}]."
            yield from name_problems(table.table, field=f"{field}table")
            yield from name_problems(table.schema, field=f"{field}schema")
            yield from published_problems(table.columns, table.where, field=field)

    def facts(self, declared: Publication) -> tuple[Fact, ...]:
        """Return the publication, the schemas and the tables that it publishes."""
        definition = publication_kind.Publication(
            all_tables=declared.all_tables,
            operations=tuple(it.value for it in PublishedOperation if it in declared.operations),
            via_partition_root=declared.via_partition_root,
            comment=declared.comment,
        )
        found = [Fact(ObjectId("publication", (declared.name,)), definition)]
        found += [
            Fact(ObjectId("publication_schema", (schema, declared.name)), PublicationSchema())
            for schema in declared.schemas
        ]
        found += [
            Fact(ObjectId("publication_table", (it.schema, it.table, declared.name)), published(it.columns, it.where))
            for it in declared.tables or ()
        ]
        return tuple(found)

    def anchors(self, declared: Publication) -> frozenset[tuple[str, ...]]:
        """Return the publication, its tables, and its schemas."""
        return super().anchors(declared) | {(schema,) for schema in declared.schemas}

    def beside(self, declared: Publication, everything: Callable[[], Facts]) -> frozenset[tuple[str, ...]]:
        """Return the tables and schemas that it publishes by now."""
        return frozenset(id.name[:2] for id in _members(declared, everything()))

    def exclusive_objects(self, declared: Publication, live: Facts) -> Iterable[ObjectId]:
        """Return the schemas that it publishes, and the tables where it declares them."""
        return _members(declared, live)

    def lift(self, facts: Facts, declared: Publication) -> Mapping[str, Any]:
        """Return the publication as the facts have it."""
        found = _declared_from(facts, declared)
        return {} if found is None else found.to_inputs()


def published(columns: tuple[str, ...] | None, where: str | None) -> PublicationTable:
    """Return the definition of what is published of a table."""
    return PublicationTable(columns=tuple(sorted(columns or ())), where=where)


def listed(found: PublicationTable, known: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Return the columns that are published, in the declared order as far as there is one; None: all."""
    order = {name: place for place, name in enumerate(known or ())}
    return tuple(sorted(found.columns, key=lambda name: (order.get(name, len(order)), name))) or None


def _members(declared: Publication, live: Facts) -> tuple[ObjectId, ...]:
    kinds = {"publication_schema"} | ({"publication_table"} if declared.tables is not None else set())
    return tuple(id for id in live if id.kind in kinds and id.name[-1] == declared.name)


def _twice(declared: Publication) -> Iterator[DeclarationError]:
    tables = [(it.schema, it.table) for it in declared.tables or ()]
    for field, names in (
        ("tables", tables),
        ("schemas", declared.schemas),
        ("operations", declared.operations),
    ):
        if len(set(names)) != len(names):
            yield DeclarationError("something is named twice.", field=field, remedy="Remove one.")


def _unlike(declared: Publication) -> Iterator[DeclarationError]:
    if declared.all_tables and (declared.tables or declared.schemas):
        what = "what publishes all tables names none, and no schemas."
        yield DeclarationError(what, field="allTables", remedy="Leave out one or the other.")
    if declared.schemas and any(it.columns is not None for it in declared.tables or ()):
        what = "what publishes the tables of schemas publishes no columns of single tables."
        yield DeclarationError(what, field="schemas", remedy="Name the tables instead, or no columns.")


def _declared_from(facts: Facts, known: Publication) -> Publication | None:
    found = facts.get(ObjectId("publication", (known.name,)))
    if not isinstance(found, publication_kind.Publication):
        return None
    schemas = {id.name[0] for id in facts if id.kind == "publication_schema" and id.name[1] == known.name}
    operations = {PublishedOperation(name) for name in found.operations}
    is_known = set(known.operations) == operations
    return Publication(
        name=known.name,
        tables=None if known.tables is None else tuple(_tables_from(facts, known)),
        schemas=(*(it for it in known.schemas if it in schemas), *sorted(schemas - set(known.schemas))),
        all_tables=found.all_tables,
        operations=known.operations if is_known else tuple(it for it in PublishedOperation if it in operations),
        via_partition_root=found.via_partition_root,
        comment=found.comment,
    )


def _tables_from(facts: Facts, known: Publication) -> Iterator[PublishedTable]:
    live = {
        id.name[:2]: it
        for id, it in facts.items()
        if isinstance(it, PublicationTable) and id.kind == "publication_table" and id.name[2] == known.name
    }
    said = {(it.schema, it.table): it for it in known.tables or ()}
    for name in dict.fromkeys((*(it for it in said if it in live), *sorted(live))):
        columns = said[name].columns if name in said else None
        yield PublishedTable(schema=name[0], table=name[1], columns=listed(live[name], columns), where=live[name].where)
