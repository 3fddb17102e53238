"""Parts of tables and views that no declaration says, mostly of what a table has from another one. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from supaschema.core.model import Facts, ObjectId
from supaschema.export.model import LeftOut
from supaschema.kinds.column import Column
from supaschema.kinds.constraint import Constraint
from supaschema.kinds.index import Index
from supaschema.kinds.not_null import NotNull
from supaschema.kinds.table import Table
from supaschema.kinds.table_place import others
from supaschema.kinds.view_column import ViewColumn

_OWN = ("comment", "statistics", "storage", "compression", "options")
"""What a column that is another table's has none of by itself."""


def unsaid(chosen: Facts, live: Facts) -> Iterator[LeftOut]:
    """Yield the parts of tables that no declaration says, or not as they are.

    Args:
        chosen: The facts to look at.
        live: All facts.

    """
    for id, definition in chosen.items():
        own = _otherwise(definition, [*_above(id, live)]) if isinstance(definition, Column) else ()
        if what := " and ".join(own):
            yield LeftOut(id, f"it has another {what} than its table: no declaration says that.")
        elif isinstance(definition, Constraint) and definition.index_comment:
            yield LeftOut(id, "its index has a comment: no declaration says that.")
        elif isinstance(definition, NotNull) and not definition.inherited:
            yield from _of_not_null(id, definition)
        elif isinstance(definition, ViewColumn) and definition.default:
            yield LeftOut(id, "it has a default: no declaration says that of a view's column.")
        elif isinstance(definition, Constraint | Index) and definition.inherited and definition.comment:
            yield LeftOut(id, "it is another table's, and has a comment here: no declaration says that.")
        elif isinstance(definition, Index) and definition.clustered and _is_of_a_view(id, live):
            yield LeftOut(id, "a materialized view is clustered on it: no declaration says that.")
        elif isinstance(definition, Index) and not definition.valid:
            yield LeftOut(id, "it was not built to its end: the first preview shows how it is built again.")


def _is_of_a_view(id: ObjectId, live: Facts) -> bool:
    return ObjectId("materialized_view", id.name[:2]) in live


def _of_not_null(id: ObjectId, definition: NotNull) -> Iterator[LeftOut]:
    if not definition.validated:
        yield LeftOut(id, "it is not proven for rows that exist: the first preview shows how it is.")
    elif definition.name or definition.no_inherit:
        what = "does not hold for heirs" if definition.no_inherit else f"is called {definition.name}"
        yield LeftOut(id, f"it {what}: no declaration says that.")


def _above(id: ObjectId, live: Facts) -> Iterator[Column]:
    table = live.get(ObjectId("table", id.name[:2]))
    for name in others(table) if isinstance(table, Table) else ():
        column = live.get(ObjectId("column", (*name, id.name[2])))
        if isinstance(column, Column):
            yield column


def _otherwise(column: Column, above: list[Column]) -> Iterator[str]:
    if not above or not column.inherited:
        return
    if all(it.default != column.default for it in above):
        yield "default"
    for name in _OWN:
        value = getattr(column, name)
        if value and all(getattr(it, name) != value for it in above):
            yield name
