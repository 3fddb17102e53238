"""What Supabase's linter would object to in a table's declared columns, keys and indexes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from supaschema.core.errors import DeclarationError
from supaschema.core.lints import Lint
from supaschema.core.type_names import argument_type
from supaschema.declarations import Column, ForeignKey, InlineIndex, Table

_OF_ONE_SERVER = frozenset(
    {
        *("regcollation", "regconfig", "regdictionary", "regnamespace"),
        *("regoper", "regoperator", "regproc", "regprocedure"),
    }
)
"""Types whose values are numbers of one server; regclass, regrole and regtype survive an upgrade."""


def key_problems(declared: Table) -> Iterator[DeclarationError]:
    """Return a missing primary key, and indexes whose work another index does."""
    if declared.primary_key is None and declared.columns:
        what = "the table has no primary key: its rows cannot be named one by one."
        remedy = "Give primaryKey; where no column will do, add an id of type uuid, its default gen_random_uuid()."
        yield DeclarationError(what, field="primaryKey", remedy=remedy, lint=Lint.NO_PRIMARY_KEY)
    keys = [("the primary key", declared.primary_key.columns)] if declared.primary_key else []
    keys += [(f"the unique constraint on {', '.join(item.columns)}", item.columns) for item in declared.uniques]
    known = {_meaning(InlineIndex(name="", keys=columns)): what for what, columns in keys}
    # Unique ones first: they say more than a plain one with the same keys.
    for index in sorted(declared.indexes, key=lambda index: not index.unique):
        better = known.setdefault(_meaning(index), f'index "{index.name}"')
        if better != f'index "{index.name}"':
            what = f'index "{index.name}" does what {better} does already.'
            yield DeclarationError(what, field="indexes", remedy="Remove it.", lint=Lint.DUPLICATE_INDEX)


def place_problems(declared: Table) -> Iterator[DeclarationError]:
    """Return what a table cannot be at once: a partition takes its columns and some of the rows of one other table."""
    if (declared.partition_of is None) != (declared.bound is None):
        what = "a partition needs both partitionOf and bound."
        yield DeclarationError(what, field="bound", remedy="Give the table, and which of its rows this one takes.")
    if declared.partition_of is None:
        return
    if declared.inherits:
        what = "a partition inherits from no other table."
        yield DeclarationError(what, field="inherits", remedy="Give either partitionOf or inherits.")
    if declared.columns:
        what = f"a partition has the columns of {declared.partition_of}, and no others."
        yield DeclarationError(what, field="columns", remedy="Declare them there, and none here.")


def column_problems(columns: Iterable[Column]) -> Iterator[DeclarationError]:
    """Return columns whose type keeps the server from being upgraded in place."""
    for column in columns:
        type = argument_type(column.type)
        if type.removesuffix("[]").removeprefix("pg_catalog.") in _OF_ONE_SERVER:
            what = f'column "{column.name}" of type {type} would keep the server from being upgraded in place.'
            yield DeclarationError(
                what,
                field="columns",
                remedy="Store the name as text, and cast it where it is used.",
                lint=Lint.TYPE_OF_ONE_SERVER,
            )


def foreign_key_problems(keys: Sequence[ForeignKey]) -> Iterator[DeclarationError]:
    """Return foreign keys to columns of schema auth that the platform may take the index from."""
    for key in keys:
        if key.references.startswith("auth.") and key.referenced_columns != ("id",):
            what = f"a foreign key refers to {key.references} by {', '.join(key.referenced_columns)}."
            remedy = "Refer to its primary key, id: the platform keeps no promise for other columns."
            yield DeclarationError(what, field="foreignKeys", remedy=remedy, lint=Lint.FOREIGN_KEY_TO_AUTH)


def _meaning(index: InlineIndex) -> tuple[object, ...]:
    keys = tuple(" ".join(key.lower().removesuffix(" asc").split()) for key in index.keys)
    return index.method.lower(), keys, index.where and " ".join(index.where.split())
