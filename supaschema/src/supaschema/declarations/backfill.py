"""Values for rows that exist."""

from __future__ import annotations

import msgspec

from supaschema.declarations.base import Declaration


class Backfill(Declaration, frozen=True, kw_only=True):
    """Values for rows that exist, written in batches, each its own short transaction.

    Attributes:
        name: Its name, unique per table.
        table: The table.
        schema: The table's schema.
        key: The column that orders the batches: unique and not null.
        assignments: Column to SQL expression over the row.
        where: Which rows still want it; a row that was written must no longer match.
        batch_size: The most rows a transaction; it takes fewer where they would hold locks for longer than some 20 ms.

    """

    name: str
    table: str
    schema: str = "public"
    key: str = "id"
    assignments: dict[str, str] = msgspec.field()
    where: str
    batch_size: int = 1000
