"""What a partition, or a table that inherits, has otherwise than its table: no declaration says that. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from supaschema.core.model import Facts, ObjectId
from supaschema.export.model import LeftOut
from supaschema.kinds.column import Column
from supaschema.kinds.table import Table
from supaschema.kinds.table_place import others

_OWN = ("comment", "statistics", "storage", "compression", "options")
"""What a column that is another table's has none of by itself."""


def differing(chosen: Facts, live: Facts) -> Iterator[LeftOut]:
    """Yield the columns that are another table's and not as they are there.

    Args:
        chosen: The facts to look at.
        live: All facts.

    """
    for id, column in chosen.items():
        table = live.get(ObjectId("table", id.name[:2]))
        if not isinstance(column, Column) or not column.inherited or not isinstance(table, Table):
            continue
        above = [live.get(ObjectId("column", (*name, id.name[2]))) for name in others(table)]
        from_these = [it for it in above if isinstance(it, Column)]
        what = [] if any(it.default == column.default for it in from_these) else ["default"]
        what += [it for it in _OWN if _is_own(column, it, from_these)]
        if what and from_these:
            yield LeftOut(id, f"its {' and '.join(what)} is another than its table's: no declaration says that.")


def _is_own(column: Column, name: str, above: list[Column]) -> bool:
    value = getattr(column, name)
    return bool(value) and all(getattr(it, name) != value for it in above)
