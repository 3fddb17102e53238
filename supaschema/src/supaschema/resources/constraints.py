"""Constraints, as Table and TablePatch both declare them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.quoted import unquoted
from supaschema.core.renames import Rename
from supaschema.core.sqltext import MAX_IDENTIFIER_BYTES
from supaschema.declarations import (
    Check,
    Deferrable,
    Exclusion,
    ForeignKey,
    Match,
    OnDelete,
    OnUpdate,
    PrimaryKey,
    Table,
    TablePatch,
    Unique,
)
from supaschema.kinds.constraint import Constraint
from supaschema.lint.identifiers import name_problems
from supaschema.resources import renamed
from supaschema.resources.base import members
from supaschema.resources.index_keys import element, is_element, key_text

Name = tuple[str, str]

_FIELDS = {"p": "primaryKey", "u": "uniques", "c": "checks", "f": "foreignKeys", "x": "exclusions"}
"""The property that declares a constraint, by its type."""


def problems(facts: Iterable[Fact], exclusions: Iterable[Exclusion]) -> Iterable[DeclarationError]:
    """Return constraints whose names are too long or the same twice, and parts that cannot be."""
    seen = set()
    for fact in facts:
        if not isinstance(fact.definition, Constraint):
            continue
        name, type = fact.id.name[2], fact.definition.type
        if name in seen:
            what = f'constraint "{name}" is declared twice.'
            yield DeclarationError(what, field=_FIELDS[type], remedy="Remove one, or name them.")
        seen.add(name)
        if type == "f" and len(fact.definition.columns) != len(fact.definition.referenced_columns):
            what = f'foreign key "{name}" has not as many columns as it refers to.'
            yield DeclarationError(what, field=_FIELDS[type], remedy="Name both: columns and referenced_columns.")
        # A name that is made of the table's is too long with it: that is said of the table.
        if type != "c" and len(fact.id.name[1].encode()) <= MAX_IDENTIFIER_BYTES:
            yield from name_problems(name, field=_FIELDS[type])
    for exclusion in exclusions:
        wrong = [text for text in exclusion.elements if not is_element(text)]
        if wrong or not exclusion.elements:
            what = f'exclusion "{exclusion.name}" does not say how {wrong[0] if wrong else "what"} is compared.'
            yield DeclarationError(what, field="exclusions", remedy="Write each element as: during with &&")


def constraint_facts(table: Name, declared: Table | TablePatch) -> list[Fact]:
    """Return each constraint under its name, given or as the server would choose it."""
    key = declared.primary_key if isinstance(declared, Table) else None
    return [
        *([_fact(table, key.name or f"{table[1]}_pkey", _key(key, "p"))] if key is not None else ()),
        *(_fact(table, unique_name(table, item), _key(item, "u")) for item in declared.uniques),
        *(_fact(table, item.name, _check(item)) for item in declared.checks),
        *(_fact(table, item.name, _exclusion(item)) for item in declared.exclusions),
        *(_fact(table, foreign_key_name(table, item), _foreign_key(table, item)) for item in declared.foreign_keys),
    ]


def renames(table: Name, declared: Table | TablePatch) -> tuple[Rename, ...]:
    """Return the renames of constraints."""
    key = declared.primary_key if isinstance(declared, Table) else None
    named = [
        *([(key.name or f"{table[1]}_pkey", key.renamed_from)] if key is not None else ()),
        *((unique_name(table, item), item.renamed_from) for item in declared.uniques),
        *((item.name, item.renamed_from) for item in declared.checks),
        *((item.name, item.renamed_from) for item in declared.exclusions),
        *((foreign_key_name(table, item), item.renamed_from) for item in declared.foreign_keys),
    ]
    pairs = (renamed.of_relation("constraint", (*table, name), former) for name, former in named)
    return tuple(pair for found in pairs for pair in found)


def unique_name(table: Name, unique: Unique) -> str:
    """Return the constraint's name."""
    return unique.name or f"{table[1]}_{'_'.join(unique.columns)}_key"


def foreign_key_name(table: Name, key: ForeignKey) -> str:
    """Return the constraint's name."""
    return key.name or f"{table[1]}_{'_'.join(key.columns)}_fkey"


def declared_from(facts: Facts, table: Name) -> dict[str, Any]:
    """Return the fields of a Table declaration that state these constraints; names and values that are usual aside."""
    found: dict[str, list[Any]] = {field: [] for field in _FIELDS}
    for name, item in members(facts, "constraint", table).items():
        if isinstance(item, Constraint):
            found[item.type].append(_DECLARED[item.type](table, name[2], item))
    fields: dict[str, Any] = {
        "uniques": tuple(found["u"]),
        "checks": tuple(found["c"]),
        "foreign_keys": tuple(found["f"]),
        "exclusions": tuple(found["x"]),
    }
    return {**fields, "primary_key": found["p"][0]} if found["p"] else fields


def _key(declared: PrimaryKey | Unique, type: str) -> Constraint:
    return Constraint(
        type=type,
        columns=declared.columns,
        nulls_distinct=declared.nulls_distinct if isinstance(declared, Unique) else True,
        period=declared.without_overlaps,
        include=declared.include,
        options=declared.options,
        deferrable=_text(declared.deferrable),
        comment=declared.comment,
    )


def _check(declared: Check) -> Constraint:
    return Constraint(
        type="c",
        expression=declared.expression,
        no_inherit=declared.no_inherit,
        validated=declared.validated and declared.enforced,
        enforced=declared.enforced,
        comment=declared.comment,
    )


def _exclusion(declared: Exclusion) -> Constraint:
    return Constraint(
        type="x",
        method=declared.method,
        keys=tuple(element(text) for text in declared.elements),
        where=declared.where,
        include=declared.include,
        options=declared.options,
        deferrable=_text(declared.deferrable),
        comment=declared.comment,
    )


def _foreign_key(table: Name, declared: ForeignKey) -> Constraint:
    referred = unquoted(declared.references)
    return Constraint(
        type="f",
        columns=declared.columns,
        references=referred if "." in referred else f"{table[0]}.{referred}",
        referenced_columns=declared.referenced_columns,
        on_delete=declared.on_delete.value,
        on_delete_columns=declared.on_delete_columns,
        on_update=_text(declared.on_update),
        match=_text(declared.match),
        period=declared.period,
        deferrable=_text(declared.deferrable),
        validated=declared.validated and declared.enforced,
        enforced=declared.enforced,
        comment=declared.comment,
    )


def _declared_primary_key(table: Name, name: str, item: Constraint) -> PrimaryKey:
    return PrimaryKey(
        columns=item.columns,
        name=None if name == f"{table[1]}_pkey" else name,
        without_overlaps=item.period,
        **_indexed(item),
    )


def _declared_unique(table: Name, name: str, item: Constraint) -> Unique:
    usual = unique_name(table, Unique(columns=item.columns))
    return Unique(
        columns=item.columns,
        name=None if name == usual else name,
        nulls_distinct=item.nulls_distinct,
        without_overlaps=item.period,
        **_indexed(item),
    )


def _declared_check(_table: Name, name: str, item: Constraint) -> Check:
    return Check(
        name=name,
        expression=item.expression or "",
        no_inherit=item.no_inherit or None,
        validated=item.validated or not item.enforced,
        enforced=item.enforced,
        comment=item.comment or None,
    )


def _declared_exclusion(_table: Name, name: str, item: Constraint) -> Exclusion:
    elements = tuple(key_text(key) for key in item.keys)
    return Exclusion(name=name, elements=elements, method=item.method or "gist", where=item.where, **_indexed(item))


def _declared_foreign_key(table: Name, name: str, item: Constraint) -> ForeignKey:
    usual = f"{table[1]}_{'_'.join(item.columns)}_fkey"
    return ForeignKey(
        columns=item.columns,
        references=item.references or "",
        referenced_columns=item.referenced_columns,
        on_delete=OnDelete(item.on_delete or "NO ACTION"),
        on_delete_columns=item.on_delete_columns or None,
        on_update=None if item.on_update in (None, "NO ACTION") else OnUpdate(item.on_update),
        match=None if item.match in (None, "SIMPLE") else Match(item.match),
        period=item.period,
        deferrable=_deferrable(item),
        validated=item.validated or not item.enforced,
        enforced=item.enforced,
        name=None if name == usual else name,
        comment=item.comment or None,
    )


_DECLARED = {
    "p": _declared_primary_key,
    "u": _declared_unique,
    "c": _declared_check,
    "f": _declared_foreign_key,
    "x": _declared_exclusion,
}


def _indexed(item: Constraint) -> dict[str, Any]:
    return {
        "include": item.include or None,
        "options": item.options or None,
        "deferrable": _deferrable(item),
        "comment": item.comment or None,
    }


def _deferrable(item: Constraint) -> Deferrable | None:
    return None if item.deferrable in (None, "NOT DEFERRABLE") else Deferrable(item.deferrable)


def _text(value: Deferrable | Match | OnUpdate | None) -> str | None:
    return None if value is None else value.value


def _fact(table: Name, name: str, definition: Constraint) -> Fact:
    return Fact(ObjectId("constraint", (*table, name)), definition)
