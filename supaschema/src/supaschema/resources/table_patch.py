"""TablePatch: what this stack adds to a table that somebody else owns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import TablePatch
from supaschema.kinds.column_grants import column_grants_fact, lift_grants
from supaschema.kinds.not_null import REQUIRED
from supaschema.lint.tables import column_problems, foreign_key_problems
from supaschema.resources import columns, constraints, inline_access
from supaschema.resources.base import Resource, members


class TablePatchResource(Resource[TablePatch]):
    """Parts of tables."""

    declaration = TablePatch

    def identify(self, declared: TablePatch) -> str:
        """Return `schema.table`: several patches may share it, each with its own parts."""
        return f"{declared.schema}.{declared.table}"

    def imported(self, id: str, live: Facts) -> TablePatch | None:
        """Return None: which parts of a table are the patch's is the program's to say."""
        return None

    def problems(self, declared: TablePatch) -> Iterable[DeclarationError]:
        """Return duplicate and contradictory columns, and access that is wrong or said twice."""
        yield from columns.problems(declared.columns, declared.checks)
        yield from constraints.problems(self.facts(declared), declared.exclusions)
        yield from column_problems(declared.columns)
        yield from foreign_key_problems(declared.foreign_keys)
        added = {column.name for column in declared.columns}
        for name in added & set(declared.nullability):
            what = f'column "{name}" is added here and named under nullability too.'
            yield DeclarationError(what, field="nullability", remedy="Say it in the column's nullable alone.")
        yield from inline_access.problems((declared.schema, declared.table), declared.access)
        granted = [column.name for column in declared.columns if column.grants and declared.access is not None]
        if granted:
            what = f"the access of the whole table is declared, and grants on column {granted[0]} of their own."
            yield DeclarationError(what, field="columns", remedy="Name the column in the grants of `access` instead.")

    def facts(self, declared: TablePatch) -> tuple[Fact, ...]:
        """Return the columns with their grants, the constraints, NOT NULL where it is to hold, and the access."""
        name = (declared.schema, declared.table)
        return (
            *columns.column_facts(name, declared.columns),
            *(column_grants_fact((*name, column.name), column.grants) for column in declared.columns if column.grants),
            *constraints.constraint_facts(name, declared),
            *(
                Fact(ObjectId("not_null", (*name, column)), REQUIRED)
                for column, nullable in declared.nullability.items()
                if not nullable
            ),
            *inline_access.facts(name, declared.access),
        )

    def anchors(self, declared: TablePatch) -> frozenset[tuple[str, ...]]:
        """Return the table, also where nothing of it is declared any more."""
        return frozenset({(declared.schema, declared.table)})

    def renames(self, declared: TablePatch) -> tuple[Rename, ...]:
        """Return those of its columns, its constraints and its access."""
        name = (declared.schema, declared.table)
        return (
            *columns.renames(name, declared.columns),
            *constraints.renames(name, declared),
            *inline_access.renames(name, declared.access),
        )

    def exclusive_objects(self, declared: TablePatch, live: Facts) -> Iterable[ObjectId]:
        """Return NOT NULL of the columns that may hold NULL from now on; with the access, every policy too."""
        name = (declared.schema, declared.table)
        added = {column.name for column in declared.columns}
        relaxed = {column for column, nullable in declared.nullability.items() if nullable}
        own = [id for id in live if id.kind == "not_null" and id.name[:2] == name and id.name[2] in relaxed | added]
        return [*own, *inline_access.exclusive_objects(name, declared.access, live)]

    def lift(self, facts: Facts, declared: TablePatch) -> Mapping[str, Any]:
        """Return the patch's parts as the facts have them."""
        name = (declared.schema, declared.table)
        wanted = {fact.id for fact in self.facts(declared)}
        required = members(facts, "not_null", name)
        own = {id: item for id, item in facts.items() if id in wanted or id.kind == "not_null"}
        parts = columns.declared_from(own, name, declared=declared.columns)
        if declared.access is None:
            parts["columns"] = lift_grants(parts["columns"], own, name)
        parts["nullability"] = {column: (*name, column) not in required for column in declared.nullability}
        inputs = TablePatch(schema=name[0], table=name[1], **parts).to_inputs()
        return {**inputs, **inline_access.lifted(name, declared.access, facts)}
