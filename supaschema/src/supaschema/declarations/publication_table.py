"""A table in a publication that something else makes, such as supabase_realtime."""

from __future__ import annotations

from supaschema.declarations.base import Declaration


class PublicationTable(Declaration, frozen=True, kw_only=True):
    """A table's place in a publication; what else that publishes stays as it is.

    Attributes:
        publication: The publication.
        table: The table.
        schema: The table's schema.
        columns: The columns that are published; None: all, those that come later too.
        where: The condition of the rows that are published, by columns and the server's own functions; None: all.

    """

    publication: str
    table: str
    schema: str = "public"
    columns: tuple[str, ...] | None = None
    where: str | None = None
