"""Table: all columns and constraints of a table that this stack makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import Table
from supaschema.kinds import table as table_kind
from supaschema.lint.identifiers import name_problems
from supaschema.lint.tables import column_problems, foreign_key_problems, key_problems, place_problems
from supaschema.resources import columns, constraints, inline_access, renamed, table_kin, table_properties
from supaschema.resources import index as indexes
from supaschema.resources.base import Elsewhere, Resource, members, own_facts

CHILDREN = table_kin.PARTS


class TableResource(Resource[Table]):
    """Tables."""

    declaration = Table
    principal = "table"

    def identify(self, declared: Table) -> str:
        """Return `schema.table`."""
        return f"{declared.schema}.{declared.name}"

    def imported(self, id: str, live: Facts) -> Table | None:
        """Return the live table's declaration."""
        name = _name(id)
        if ObjectId("table", name) not in live:
            return None
        parts = columns.declared_from(own_facts(live), name, indexes=True)
        return Table(schema=name[0], name=name[1], **parts, **_own(live, name, None))

    def problems(self, declared: Table) -> Iterable[DeclarationError]:
        """Return names that are too long or given twice, keys over unknown columns, and what the lint objects to."""
        yield from name_problems(declared.name, field="name")
        yield from name_problems(declared.schema, field="schema")
        yield from columns.problems(declared.columns, declared.checks)
        keys_and_checks = constraints.constraint_facts((declared.schema, declared.name), declared)
        yield from constraints.problems(keys_and_checks, declared.exclusions)
        for index in declared.indexes:
            yield from name_problems(index.name, field="indexes")
        yield from column_problems(declared.columns)
        yield from foreign_key_problems(declared.foreign_keys)
        yield from key_problems(declared)
        yield from table_properties.problems(declared)
        yield from inline_access.problems((declared.schema, declared.name), declared.access)
        known = {column.name for column in declared.columns}
        yield from place_problems(declared)
        if not known and declared.partition_of is None and not declared.inherits:
            yield DeclarationError("the table has no columns.", field="columns", remedy="Declare at least one.")
        if declared.inherits:
            # The other tables tell which there are.
            return
        keys = [item.columns for item in declared.uniques] + [item.columns for item in declared.foreign_keys]
        keys += [item.include for item in declared.uniques if item.include]
        keys += [declared.primary_key.columns] if declared.primary_key else []
        for key in keys:
            for name in key:
                if name not in known:
                    remedy = f"Declare the column, or name one of: {', '.join(sorted(known))}."
                    yield DeclarationError(
                        f'a key names column "{name}", which is not declared.', field="columns", remedy=remedy
                    )

    def facts(self, declared: Table) -> tuple[Fact, ...]:
        """Return the table, its columns, its constraints, its indexes."""
        name = (declared.schema, declared.name)
        own = Fact(ObjectId("table", name), table_properties.definition(declared))
        keyed = declared.primary_key.columns if declared.primary_key else ()
        return (
            own,
            *columns.column_facts(name, declared.columns, required=keyed),
            *constraints.constraint_facts(name, declared),
            *(indexes.index_fact(name, index) for index in declared.indexes),
            *inline_access.facts(name, declared.access),
        )

    def anchors(self, declared: Table) -> frozenset[tuple[str, ...]]:
        """Return the table: all that is declared is part of it."""
        return frozenset({(declared.schema, declared.name)})

    def renames(self, declared: Table) -> tuple[Rename, ...]:
        """Return those of the table, then those of its columns and what else it has."""
        name = (declared.schema, declared.name)
        return (
            *renamed.of_schema("table", name, declared.renamed_from),
            *columns.renames(name, declared.columns),
            *constraints.renames(name, declared),
            *indexes.index_renames(name, declared.indexes),
            *inline_access.renames(name, declared.access),
        )

    def former(self, declared: Table) -> tuple[str, ...]:
        """Return its former names with their schemas."""
        return renamed.former_ids(declared.schema, declared.renamed_from)

    def exclusive_objects(self, declared: Table, live: Facts) -> Iterable[ObjectId]:
        """Return every column and constraint, for the table is declared whole; with its access, every policy too."""
        name = (declared.schema, declared.name)
        own = [id for id in own_facts(live) if id.kind in CHILDREN and id.name[:2] == name]
        return [*own, *inline_access.exclusive_objects(name, declared.access, live)]

    def merged(self, declared: Table, live: Facts, elsewhere: Elsewhere) -> frozenset[ObjectId]:
        """Return what a table has that the one has too of which it becomes a partition, or from which it inherits."""
        if declared.partition_of is None and not declared.inherits:
            return frozenset()
        own, *others = self.facts(declared)
        return table_kin.merged(own, live, elsewhere) - {fact.id for fact in others}

    def lift(self, facts: Facts, declared: Table) -> Mapping[str, Any]:
        """Return the table as the facts have it."""
        name = (declared.schema, declared.name)
        named = {index.name for index in declared.indexes}
        wanted = {fact.id for fact in self.facts(declared)}
        parts = columns.declared_from(own_facts(facts, wanted), name, declared=declared.columns, indexes=named)
        inputs = Table(schema=name[0], name=name[1], **parts, **_own(facts, name, declared)).to_inputs()
        return {**inputs, **inline_access.lifted(name, declared.access, facts)}


def _own(facts: Facts, name: tuple[str, str], declared: Table | None) -> dict[str, Any]:
    for item in members(facts, "table", name).values():
        if isinstance(item, table_kind.Table):
            return {**table_properties.stated(item, declared), "comment": item.comment}
    return {}


def _name(id: str) -> tuple[str, str]:
    schema, _, name = id.partition(".")
    return schema, name
