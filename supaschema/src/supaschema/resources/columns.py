"""Columns, as Table and TablePatch both declare them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import Check, Column
from supaschema.kinds import column as column_kind
from supaschema.kinds.not_null import REQUIRED
from supaschema.lint.identifiers import name_problems
from supaschema.resources import column_properties, constraints
from supaschema.resources import index as index_resource
from supaschema.resources.base import members

Name = tuple[str, str]


def problems(declared: Sequence[Column], checks: Sequence[Check]) -> Iterable[DeclarationError]:
    """Return duplicate, overlong and contradictory columns and checks."""
    seen: set[str] = set()
    for column in declared:
        yield from name_problems(column.name, field="columns")
        if column.name in seen:
            yield DeclarationError(f'column "{column.name}" is declared twice.', field="columns", remedy="Remove one.")
        seen.add(column.name)
        if column.existing_rows.value == "null" and not column.nullable:
            what = f'column "{column.name}" refuses NULL but leaves it in rows that exist.'
            yield DeclarationError(
                what,
                field="columns",
                remedy="Make it nullable, back-fill it, then require it by a TablePatch.",
            )
        for old in column.renamed_from:
            if any(other.name == old for other in declared):
                what = f'column "{old}" is declared, and named as a former name of column "{column.name}".'
                yield DeclarationError(what, field="columns", remedy="Remove one of the two.")
    for check in checks:
        yield from name_problems(check.name, field="checks")


def column_facts(table: Name, declared: Sequence[Column], required: Sequence[str] = ()) -> list[Fact]:
    """Return each column, and NOT NULL where it refuses NULL or is in `required` (a primary key)."""
    facts: list[Fact] = []
    for column in declared:
        name = (*table, column.name)
        definition = column_kind.Column(
            type=column.type,
            default=column.default,
            generated=column.generated,
            virtual=column.virtual,
            identity=column.identity,
            comment=column.comment,
            using=column.using,
            **column_properties.properties(column),
            existing_rows=column.existing_rows.value,
        )
        facts.append(Fact(ObjectId("column", name), definition))
        if not column.nullable or column.name in required or column.identity:
            facts.append(Fact(ObjectId("not_null", name), REQUIRED))
    return facts


def renames(table: Name, declared: Sequence[Column]) -> tuple[Rename, ...]:
    """Return the renames of columns."""
    return tuple(
        Rename(ObjectId("column", (*table, old)), ObjectId("column", (*table, column.name)))
        for column in declared
        for old in column.renamed_from
    )


def declared_from(
    facts: Facts, table: Name, *, declared: Sequence[Column] | None = None, indexes: bool | set[str] = False
) -> dict[str, Any]:
    """Return the fields of a Table declaration that state these facts; the usual names are left out.

    Args:
        facts: What there is.
        table: Schema and name.
        declared: The columns as they are declared, of which no more is said than they say; None: all is said.
        indexes: Whether to give all indexes, none, or those named.

    """
    fields: dict[str, Any] = {"columns": _columns(facts, table, declared), **constraints.declared_from(facts, table)}
    if indexes:
        found = index_resource.inline_from(facts, table)
        fields["indexes"] = tuple(item for item in found if indexes is True or item.name in indexes)
    return fields


def _columns(facts: Facts, table: Name, declared: Sequence[Column] | None) -> tuple[Column, ...]:
    known = {column.name: column for column in declared or ()}
    missing = None if declared is None else Column(name="", type="")
    required = members(facts, "not_null", table)
    return tuple(
        Column(
            name=name[2],
            type=item.type,
            nullable=name not in required,
            default=item.default,
            generated=item.generated,
            virtual=item.virtual,
            identity=item.identity,
            comment=item.comment,
            **column_properties.declared(item, known.get(name[2], missing)),
        )
        for name, item in members(facts, "column", table).items()
        if isinstance(item, column_kind.Column)
    )
