"""Indexes, as Table and Index both declare them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import Index, InlineIndex
from supaschema.kinds import index as index_kind
from supaschema.lint.identifiers import name_problems
from supaschema.resources import renamed
from supaschema.resources.base import Resource, members
from supaschema.resources.index_keys import key, key_text

Name = tuple[str, str]


class IndexResource(Resource[Index]):
    """Indexes of tables that exist."""

    declaration = Index
    principal = "index"

    def identify(self, declared: Index) -> str:
        """Return `schema.table.index`."""
        return f"{declared.schema}.{declared.table}.{declared.name}"

    def imported(self, id: str, live: Facts) -> Index | None:
        """Return the live index's declaration."""
        schema, table, name = [*id.split(".", 2), "", ""][:3]
        found = next((item for item in inline_from(live, (schema, table)) if item.name == name), None)
        return None if found is None else _index((schema, table), found)

    def problems(self, declared: Index) -> Iterable[DeclarationError]:
        """Return names that are too long and an index without keys."""
        yield from name_problems(declared.name, field="name")
        if not declared.keys:
            yield DeclarationError("the index has no keys.", field="keys", remedy="Name at least one column.")

    def facts(self, declared: Index) -> tuple[Fact, ...]:
        """Return the index."""
        return (index_fact((declared.schema, declared.table), declared),)

    def renames(self, declared: Index) -> tuple[Rename, ...]:
        """Return those of the index."""
        return index_renames((declared.schema, declared.table), (declared,))

    def former(self, declared: Index) -> tuple[str, ...]:
        """Return the ids of its former names."""
        return tuple(".".join(pair.old.name) for pair in self.renames(declared))

    def lift(self, facts: Facts, declared: Index) -> Mapping[str, Any]:
        """Return the index as the facts have it."""
        table = (declared.schema, declared.table)
        found = next((item for item in inline_from(facts, table) if item.name == declared.name), None)
        return {} if found is None else _index(table, found).to_inputs()


def index_fact(table: Name, declared: InlineIndex) -> Fact:
    """Return the fact that the index is."""
    definition = index_kind.Index(
        keys=tuple(key(text) for text in declared.keys),
        unique=declared.unique,
        nulls_distinct=declared.nulls_distinct,
        method=declared.method,
        include=declared.include,
        where=declared.where,
        options=declared.options,
        statistics=declared.statistics,
        comment=declared.comment,
    )
    return Fact(ObjectId("index", (*table, declared.name)), definition)


def index_renames(table: Name, declared: Iterable[InlineIndex]) -> tuple[Rename, ...]:
    """Return the renames of indexes."""
    return tuple(
        pair for item in declared for pair in renamed.of_relation("index", (*table, item.name), item.renamed_from)
    )


def inline_from(facts: Facts, table: Name) -> list[InlineIndex]:
    """Return the declarations of a table's indexes."""
    return [
        InlineIndex(
            name=name[2],
            keys=tuple(key_text(key) for key in item.keys),
            unique=item.unique,
            nulls_distinct=item.nulls_distinct,
            method=item.method,
            include=item.include,
            where=item.where,
            options=item.options or None,
            statistics=item.statistics or None,
            comment=item.comment,
        )
        for name, item in members(facts, "index", table).items()
        if isinstance(item, index_kind.Index)
    ]


def _index(table: Name, inline: InlineIndex) -> Index:
    fields = {name: getattr(inline, name) for name in inline.__struct_fields__}
    return Index(schema=table[0], table=table[1], **fields)
