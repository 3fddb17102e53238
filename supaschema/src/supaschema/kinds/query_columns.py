"""What a query gives, as one text, for a view in the catalog."""

from __future__ import annotations

from typing import LiteralString

GIVEN: LiteralString = """string_agg(pg_catalog.quote_ident(a.attname) || ' '
                             || pg_catalog.format_type(a.atttypid, a.atttypmod)
                             || coalesce((select ' collate ' || a.attcollation::pg_catalog.regcollation::text
                                            from pg_catalog.pg_type t
                                           where t.oid = a.atttypid and t.typcollation <> a.attcollation), ''),
                             ', ' order by a.attnum)"""
"""Its columns in their order, `id uuid, title text collate "C"`: what a view keeps when its query is replaced."""
