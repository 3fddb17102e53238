"""Columns and constraints, as Table and TablePatch both declare them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.sqltext import MAX_IDENTIFIER_BYTES
from supaschema.declarations import Check, Column, ForeignKey, OnDelete, PrimaryKey, Unique
from supaschema.kinds import column as column_kind
from supaschema.kinds import constraint as constraint_kind
from supaschema.kinds.not_null import REQUIRED
from supaschema.lint.identifiers import name_problems
from supaschema.resources import column_properties
from supaschema.resources import index as index_resource
from supaschema.resources.base import members

Name = tuple[str, str]

_FIELDS = {"p": "primaryKey", "u": "uniques", "c": "checks", "f": "foreignKeys"}
"""The property that declares a constraint, by its type."""


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
    for check in checks:
        yield from name_problems(check.name, field="checks")


def constraint_problems(facts: Iterable[Fact]) -> Iterable[DeclarationError]:
    """Return keys and foreign keys whose names, given or made of their columns', are too long, or the same twice."""
    seen = set()
    for fact in facts:
        if not isinstance(fact.definition, constraint_kind.Constraint):
            continue
        name, type = fact.id.name[2], fact.definition.type
        if name in seen:
            what = f'constraint "{name}" is declared twice.'
            yield DeclarationError(what, field=_FIELDS[type], remedy="Remove one, or name them.")
        seen.add(name)
        # A name that is made of the table's is too long with it: that is said of the table.
        if type != "c" and len(fact.id.name[1].encode()) <= MAX_IDENTIFIER_BYTES:
            yield from name_problems(name, field=_FIELDS[type])


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


def constraint_facts(
    table: Name,
    primary_key: PrimaryKey | None,
    uniques: Sequence[Unique],
    checks: Sequence[Check],
    foreign_keys: Sequence[ForeignKey],
) -> list[Fact]:
    """Return each constraint under its name, given or as the server would choose it."""
    facts = []
    if primary_key is not None:
        facts.append(_fact(table, primary_key.name or f"{table[1]}_pkey", type="p", columns=primary_key.columns))
    facts += [
        _fact(table, unique_name(table, item), type="u", columns=item.columns, nulls_distinct=item.nulls_distinct)
        for item in uniques
    ]
    facts += [_fact(table, check.name, type="c", expression=check.expression) for check in checks]
    for key in foreign_keys:
        references = key.references if "." in key.references else f"{table[0]}.{key.references}"
        facts.append(
            _fact(
                table,
                foreign_key_name(table, key),
                type="f",
                columns=key.columns,
                references=references,
                referenced_columns=key.referenced_columns,
                on_delete=key.on_delete.value,
            )
        )
    return facts


def unique_name(table: Name, unique: Unique) -> str:
    """Return the constraint's name."""
    return unique.name or f"{table[1]}_{'_'.join(unique.columns)}_key"


def foreign_key_name(table: Name, key: ForeignKey) -> str:
    """Return the constraint's name."""
    return key.name or f"{table[1]}_{'_'.join(key.columns)}_fkey"


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
    fields: dict[str, Any] = {"columns": _columns(facts, table, declared)}
    constraints = {
        name[2]: item
        for name, item in members(facts, "constraint", table).items()
        if isinstance(item, constraint_kind.Constraint)
    }
    fields["uniques"] = tuple(_unique(table, name, item) for name, item in constraints.items() if item.type == "u")
    fields["checks"] = tuple(
        Check(name=name, expression=item.expression or "") for name, item in constraints.items() if item.type == "c"
    )
    fields["foreign_keys"] = tuple(
        _foreign_key(table, name, item) for name, item in constraints.items() if item.type == "f"
    )
    for name, item in constraints.items():
        if item.type == "p":
            usual = name == f"{table[1]}_pkey"
            fields["primary_key"] = PrimaryKey(columns=item.columns, name=None if usual else name)
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


def _unique(table: Name, name: str, item: constraint_kind.Constraint) -> Unique:
    plain = Unique(columns=item.columns, nulls_distinct=item.nulls_distinct)
    if unique_name(table, plain) == name:
        return plain
    return Unique(columns=item.columns, nulls_distinct=item.nulls_distinct, name=name)


def _foreign_key(table: Name, name: str, item: constraint_kind.Constraint) -> ForeignKey:
    usual = name == f"{table[1]}_{'_'.join(item.columns)}_fkey"
    return ForeignKey(
        columns=item.columns,
        references=item.references or "",
        referenced_columns=item.referenced_columns,
        on_delete=OnDelete(item.on_delete or "NO ACTION"),
        name=None if usual else name,
    )


def _fact(table: Name, name: str, **fields: Any) -> Fact:
    return Fact(ObjectId("constraint", (*table, name)), constraint_kind.Constraint(**fields))
