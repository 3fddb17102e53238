"""An enum type that is made anew, for a label goes or they are ordered anew: its columns are changed along.

The server takes no label away (PostgreSQL documentation, "Enumerated Types"). So the type gets a helper's name, another
one is made under its own, and each table with columns of it is rewritten once.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping

import msgspec
from psycopg import sql

from supaschema.core.errors import DependencyError
from supaschema.core.model import (
    Definition,
    Hazard,
    HazardNote,
    Lock,
    LockMode,
    ObjectId,
    Precondition,
    Statement,
    Steps,
)
from supaschema.core.sqltext import Name, compose, ident, literal, raw_sql, relation_name
from supaschema.core.type_names import qualified
from supaschema.kinds.base import Context
from supaschema.kinds.column_default import uncollated
from supaschema.kinds.column_definition import Column
from supaschema.kinds.column_options import set_options
from supaschema.kinds.constants import constants_in
from supaschema.kinds.enum_definition import EnumType, likely_renames
from supaschema.kinds.enum_stuck import stuck
from supaschema.kinds.helper_names import Helper, helper_name
from supaschema.kinds.rebuilt_indexes import statistics_again

Columns = list[tuple[ObjectId, Column]]


def is_of(type: str, id: ObjectId) -> bool:
    """Return whether a column's type, as the server prints it, is the enum type or an array of it."""
    return qualified(type) == id.name


def set_apart(id: ObjectId) -> Statement:
    """Return what gives the type its helper's name."""
    return Statement(compose("alter type {} rename to {}", ident(*id.name), ident(_helper(id)[1])))


def taken_along(id: ObjectId, old: EnumType, new: EnumType, context: Context) -> Steps:
    """Return what turns the columns of the former type into those of the new one, and drops the former.

    Raises:
        DependencyError: A label goes which something names that stays.

    """
    _require_unnamed(id, old, new, context)
    return Steps(tuple(_turned(id, old, new, context)), tuple(_preconditions(id, old, new, context)))


def _turned(id: ObjectId, old: EnumType, new: EnumType, context: Context) -> Iterator[Statement]:
    notes = tuple(_notes(id, old, new))
    for table, columns in _by_table(id, context).items():
        what = f"Making {relation_name(id.name)} anew rewrites {relation_name(table)}"
        rewritten = HazardNote(Hazard.REWRITES_TABLE, f"{what}; nobody reads or writes it meanwhile.")
        heirs = _heirs(table, {name.name[2] for name, _ in columns}, id, context)
        actions = [part for name, column in columns for part in _actions(id, name, column, context, whole=not heirs)]
        query = compose("alter table {} {}", ident(*table), sql.SQL(", ").join(actions))
        # What inherits has defaults of its own, which a statement for its table would overwrite.
        apart = {table: columns, **heirs} if heirs else {}
        yield from _each(apart, _without_default)
        yield Statement(query, locks=tuple(_locks(table, context)), hazards=(rewritten, *notes))
        yield from _each(apart, functools.partial(_with_default, id, context))
        notes = ()
        for name, column in columns:
            reset = msgspec.structs.replace(column, storage=None, compression=None)
            yield from set_options(name, reset, column, context.major)
            yield from statistics_again(name, context)
    yield Statement(compose("drop type {}", ident(*_helper(id))), hazards=notes)


def _each(
    tables: Mapping[Name, Columns], action: Callable[[ObjectId, Column], Iterable[sql.Composed]]
) -> Iterator[Statement]:
    for table, columns in tables.items():
        actions = [part for name, column in columns for part in action(name, column)]
        if actions:
            query = compose("alter table only {} {}", ident(*table), sql.SQL(", ").join(actions))
            yield Statement(query, locks=(Lock(relation_name(table), LockMode.ACCESS_EXCLUSIVE, alone=True),))


def _preconditions(id: ObjectId, old: EnumType, new: EnumType, context: Context) -> Iterator[Precondition]:
    # What must not be found: rows with a label that goes, and what the server does not turn along.
    gone = [label for label in old.labels if label not in new.labels]
    columns = [pair for pairs in _by_table(id, context).values() for pair in pairs]
    for name, column in columns if gone else ():
        yield _rows_with(name, column, gone, _instead(old, new))
    yield stuck(id, context)


def _require_unnamed(id: ObjectId, old: EnumType, new: EnumType, context: Context) -> None:
    gone = [label for label in old.labels if label not in new.labels]
    for other in sorted(other for other in context.aside if gone and _stands_on(other, id, context)):
        definition = context.becoming.get(other, context.live[other])
        texts = () if definition is None else _texts(definition)
        named = frozenset(label for text in texts for label in constants_in(text, id.name))
        for label in (label for label in gone if label in named):
            raise DependencyError(
                f"{other} names its label '{label}', which goes{_instead(old, new)}.",
                where=str(id),
                remedy=f"Nothing was changed. Declare {other} without it: in one ObjectSet with the type, or in a "
                "deployment before.",
            )


def _helper(id: ObjectId) -> Name:
    return id.name[0], helper_name(id.name, Helper.GOING)


def _stands_on(other: ObjectId, id: ObjectId, context: Context) -> bool:
    while other in context.aside:
        other = context.aside[other]
    return other == id


def _texts(value: Definition) -> Iterator[str]:
    waiting: list[object] = [msgspec.to_builtins(value)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting += item.values()
        elif isinstance(item, list | tuple):
            waiting += item


def _by_table(id: ObjectId, context: Context) -> dict[Name, Columns]:
    # What is another table's changes along with that.
    found: dict[Name, Columns] = {}
    for name, column in _columns(id, context):
        if not column.inherited and not column.generated:
            found.setdefault(name.name[:2], []).append((name, column))
    return found


def _heirs(table: Name, names: Container[str], id: ObjectId, context: Context) -> dict[Name, Columns]:
    # The columns that change along with those of a table.
    below = context.below.get(relation_name(table), ())
    found: dict[Name, Columns] = {}
    for name, column in _columns(id, context) if below else ():
        if column.inherited and name.name[2] in names and relation_name(name.name) in below:
            found.setdefault(name.name[:2], []).append((name, column))
    return found


def _columns(id: ObjectId, context: Context) -> Iterator[tuple[ObjectId, Column]]:
    for name in sorted(name for name, beneath in context.aside.items() if beneath == id):
        column = context.live[name]
        if isinstance(column, Column) and is_of(column.type, id):
            yield name, column


def _actions(id: ObjectId, of: ObjectId, column: Column, context: Context, *, whole: bool) -> Iterator[sql.Composed]:
    name, type = ident(of.name[2]), raw_sql(column.type)
    if whole:
        yield from _without_default(of, column)
    yield compose("alter column {} type {} using {}::text::{}", name, type, name, type)
    if whole:
        yield from _with_default(id, context, of, column)


def _without_default(of: ObjectId, column: Column) -> Iterator[sql.Composed]:
    if column.default is not None:
        yield compose("alter column {} drop default", ident(of.name[2]))


def _with_default(id: ObjectId, context: Context, of: ObjectId, column: Column) -> Iterator[sql.Composed]:
    becoming = context.becoming.get(of, column)
    # One that leaves the type gets its default as it does.
    stays = isinstance(becoming, Column) and is_of(becoming.type, id)
    if column.default is not None and isinstance(becoming, Column) and stays and becoming.default is not None:
        yield compose("alter column {} set default {}", ident(of.name[2]), raw_sql(uncollated(becoming.default)))


def _locks(table: Name, context: Context) -> Iterator[Lock]:
    for name in (relation_name(table), *context.below.get(relation_name(table), ())):
        yield Lock(name, LockMode.ACCESS_EXCLUSIVE, scans=True, rewrites=True)


def _notes(id: ObjectId, old: EnumType, new: EnumType) -> Iterator[HazardNote]:
    type = relation_name(id.name)
    gone = [f"'{label}'" for label in old.labels if label not in new.labels]
    if gone:
        what = f"Functions and programs that say {', '.join(gone)} for a value of {type} fail from then on"
        yield HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, f"{what}{_instead(old, new)}.")
    if [it for it in old.labels if it in new.labels] != [it for it in new.labels if it in old.labels]:
        what = f"Values of {type} are in another order from then on, wherever they are compared or sorted."
        yield HazardNote(Hazard.CORRECTNESS, what)


def _instead(old: EnumType, new: EnumType) -> str:
    # A program of before a rename says only what the labels were: as one that removes some, and adds others.
    pairs = likely_renames(old, new)
    said = ", ".join(
        f"{json.dumps(label, ensure_ascii=False)}: {json.dumps(former, ensure_ascii=False)}"
        for label, former in pairs.items()
    )
    return f"; if it shall only have another name, write `renamed_labels={{{said}}}`" if pairs else ""


def _rows_with(id: ObjectId, column: Column, gone: Iterable[str], instead: str) -> Precondition:
    name, labels = ident(id.name[2]), literal(list(gone))
    is_array = column.type.endswith("[]")
    condition = compose("{}::text[] && {}::text[]" if is_array else "{}::text = any ({}::text[])", name, labels)
    shown = ", ".join(f"'{label}'" for label in gone)
    return Precondition(
        f"rows of {relation_name(id.name)} hold {shown} in {id.name[2]}, which is to be no label of its type{instead}",
        compose("select * from {} where {}", ident(*id.name[:2]), condition),
    )
