"""Whether the values that the archive keeps of a column fit the type that it is declared with again."""

from __future__ import annotations

import shlex

from psycopg import sql

from supaschema.archive.columns import KeyedTable, key_text
from supaschema.archive.types import with_later_labels
from supaschema.core.model import Precondition
from supaschema.core.sqltext import compose, ident, literal, raw_sql, relation_name
from supaschema.core.type_names import canonical_type

_ASKS_SINCE = 16
"""The first version of the server that tells whether a text is a value of a type (`pg_input_is_valid`)."""


def unfit_values(table: KeyedTable, column: str, type: str, major: int, *, renamed: bool = False) -> Precondition:
    """Return the precondition that every value which comes back is one of the column's type.

    A server that cannot be asked refuses the query where one is not, which is before the plan's first statement too.

    Args:
        table: The table, to some rows of which the values belong.
        column: The column.
        type: The type that it gets, or has by now.
        major: The server's major version.
        renamed: Whether the type may be an enum type, or one upon it, of which labels were renamed.

    """
    value = _value(table, column, type, renamed=renamed)
    if major >= _ASKS_SINCE:
        fits = compose("pg_catalog.pg_input_is_valid({}, {})", value, literal(type))
    elif canonical_type(type).startswith("character"):
        # A cast cuts what is too long.
        fits = compose("pg_catalog.rtrim({}) = pg_catalog.rtrim(({}::{})::text)", value, value, raw_sql(type))
    else:
        fits = compose("({}::{})::text is not null", value, raw_sql(type))
    find = compose(
        "select kept.key, {value} as value from supaschema_archive.column_values as kept"
        " where kept.relation = {relation} and {value} is not null and not ({fits})"
        " and exists (select from {table} as row_ where {key} = kept.key)",
        value=value,
        relation=literal(relation_name(table.name)),
        fits=fits,
        table=ident(*table.name),
        key=key_text(table.key, "row_"),
    )
    name = f"{relation_name(table.name)}.{column}"
    purge = f"python -m supaschema purge {shlex.quote(name)}"
    reason = (
        f"values that the archive keeps of column {name} are none of {type}; declare it with the type that it had, and "
        f"change that in the next deployment with `using`, or destroy them: `{purge}`"
    )
    return Precondition(reason, find)


def _value(table: KeyedTable, column: str, type: str, *, renamed: bool) -> sql.Composed:
    value = compose("(kept.column_values ->> {})", literal(column))
    if not renamed:
        return value
    # The server asks for both once, not for each value.
    labels = compose(
        "(select supaschema.later_labels({}::pg_catalog.regtype, c.kept_at) from supaschema_archive.columns as c"
        " where c.relation = {} and c.column_name = {})",
        literal(type),
        literal(relation_name(table.name)),
        literal(column),
    )
    is_array = compose(
        "(select t.typcategory = 'A' from pg_catalog.pg_type as t where t.oid = {}::pg_catalog.regtype)", literal(type)
    )
    return with_later_labels(value, labels, is_array)
