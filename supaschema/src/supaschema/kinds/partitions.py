"""Partitions of a table that is partitioned already: which there are, and how the server names their indexes.

What is built on each partition first, without blocking anybody, the server takes for the partition's own when the
partitioned table gets its like, and builds nothing then (PostgreSQL documentation, CREATE INDEX and ALTER TABLE).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from supaschema.core.model import ObjectId
from supaschema.core.sqltext import MAX_IDENTIFIER_BYTES, Name, relation_name
from supaschema.kinds.base import Context
from supaschema.kinds.usual_names import usual_name

_COLUMN = re.compile(r'\w+|"(?:[^"]|"")+"')
_CALL = re.compile(r"\(*(?:\w+\.)?(\w+)\(")


def is_partitioned(id: ObjectId, context: Context) -> bool:
    """Return whether an object's table is live and partitioned."""
    return relation_name(id.name) in context.partitioned


def leaves(id: ObjectId, context: Context) -> list[Name]:
    """Return schema and name of the partitions that hold the rows of an object's table."""
    below = context.below.get(relation_name(id.name), ())
    return [tuple(name.split(".", 1)) for name in below if name not in context.partitioned]


def chosen_name(table: Name, columns: Sequence[str], label: str, taken: Collection[str]) -> str:
    """Return the name that the server would choose for an index of a partition (its `ChooseIndexName`).

    Args:
        table: Schema and name of the partition.
        columns: The index's columns; none: they are no part of the name.
        label: `idx`, `key` or `pkey`.
        taken: Names that are there already.

    """
    number = 0
    while True:
        name = usual_name(table[1], "_".join(_distinct(columns)), f"{label}{number or ''}")
        if name not in taken:
            return name
        number += 1


def _distinct(columns: Iterable[str]) -> list[str]:
    # Its `ChooseIndexColumnNames`: of several keys that are called alike, all but the first get a number.
    found: list[str] = []
    for column in columns:
        name, number = column, 0
        while name in found:
            number += 1
            cut = column.encode()[: MAX_IDENTIFIER_BYTES - len(str(number))].decode(errors="ignore")
            name = f"{cut}{number}"
        found.append(name)
    return found


def taken_names(table: Name, context: Context) -> set[str]:
    """Return the names of a partition's indexes and constraints, and of the relations known in its schema."""
    return {name for id in context.live if id.name[:1] == table[:1] for name in id.name[1:]}


def key_name(expression: str) -> str:
    """Return what a key is called in the name of its index: a column, a function, or `expr`."""
    if _COLUMN.fullmatch(expression):
        return expression.strip('"').replace('""', '"')
    call = _CALL.match(expression)
    return call[1] if call else "expr"
