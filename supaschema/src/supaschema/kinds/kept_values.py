"""Values of columns that the archive has: how a table tells its rows apart, what comes back, and what would not fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from supaschema.archive import columns as archived_columns
from supaschema.archive.columns import KeyedTable
from supaschema.archive.fitting import unfit_values
from supaschema.archive.sequences import LAST_VALUE, not_a_columns
from supaschema.core.model import Facts, ObjectId, Precondition, Statement
from supaschema.core.sqltext import Name
from supaschema.core.type_names import qualified
from supaschema.kinds.column_definition import Column
from supaschema.kinds.constraint import primary_key
from supaschema.kinds.context import Context
from supaschema.kinds.trigger import fires


def keyed(table: Name, live: Facts) -> KeyedTable | None:
    """Return a table with its key; None: it has none."""
    key = primary_key(table, live)
    definitions = {name: live.get(ObjectId("column", (*table, name))) for name in key}
    types = {name: found.type if isinstance(found, Column) else "text" for name, found in definitions.items()}
    return KeyedTable(table, types, fires(table, live)) if key else None


def restored(columns: Iterable[Name], live: Facts) -> tuple[Statement, ...]:
    """Return the batches that bring values back into columns."""
    tables = [(keyed(table, live), names) for table, names in by_table(sorted(columns)).items()]
    return tuple(archived_columns.restore_values(table, names) for table, names in tables if table is not None)


def is_copied(table: Name, live: Facts) -> bool:
    """Return whether a drop of columns was begun and did not come to its end."""
    return ObjectId("trigger", (*table, archived_columns.WATCH)) in live


def unfit(columns: Mapping[Name, str], context: Context) -> tuple[Precondition, ...]:
    """Return, for columns with the type that each gets, that what comes back is of it."""
    tables = [(keyed(name[:2], context.live), name[2], type) for name, type in columns.items()]
    strange = (not_a_columns(table) for table, column, _ in tables if table is not None and column == LAST_VALUE)
    fitting = (
        unfit_values(table, column, type, context.major, renamed=bool(context.labels) and qualified(type) is not None)
        for table, column, type in tables
        if table is not None
    )
    return (*strange, *fitting)


def unfit_so_far(ids: Iterable[ObjectId], context: Context) -> tuple[Precondition, ...]:
    """Return the same for columns that exist, to which not all of their values have come back."""
    types = {id.name: item.type for id in sorted(ids) if isinstance(item := context.live.get(id), Column)}
    return unfit(types, context)


def by_table(columns: Iterable[Name]) -> dict[Name, list[str]]:
    """Return the names of columns by table."""
    tables: dict[Name, list[str]] = {}
    for name in columns:
        tables.setdefault(name[:2], []).append(name[2])
    return tables
