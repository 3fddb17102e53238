"""What a query gives, as one text, for a view in the catalog."""

from __future__ import annotations

from typing import LiteralString

from supaschema.core.quoted import in_quotes
from supaschema.core.type_names import split_list

GIVEN: LiteralString = """string_agg(pg_catalog.quote_ident(a.attname) || ' '
                             || pg_catalog.format_type(a.atttypid, a.atttypmod)
                             || coalesce((select ' collate ' || a.attcollation::pg_catalog.regcollation::text
                                            from pg_catalog.pg_type t
                                           where t.oid = a.atttypid and t.typcollation <> a.attcollation), ''),
                             ', ' order by a.attnum)"""
"""Its columns in their order, `id uuid, title text collate "C"`: what a view keeps when its query is replaced."""

OF_COLUMNS = ("column_grants", "view_column")
"""The kinds of what hangs on a single column of a view."""

VIEWS = ("view", "materialized_view")
"""The kinds of views."""


def names_column(columns: str, name: str) -> bool:
    """Return whether a column of this name is among those that a query gives; where they are not known, it may be."""
    return not columns or any(item.startswith((f"{name} ", f"{in_quotes(name)} ")) for item in split_list(columns))
