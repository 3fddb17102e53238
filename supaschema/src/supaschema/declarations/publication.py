"""Publications: what of the rows of tables is told to subscribers."""

from __future__ import annotations

from enum import StrEnum

from supaschema.declarations.base import Declaration


class PublishedOperation(StrEnum):
    """What is published of a table's rows."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    TRUNCATE = "truncate"


EVERY_OPERATION = tuple(PublishedOperation)
"""What a publication publishes that says nothing of it."""


class PublishedTable(Declaration, frozen=True, kw_only=True):
    """A table of a publication.

    Attributes:
        table: The table.
        schema: The table's schema.
        columns: The columns that are published; None: all, those that come later too.
        where: The condition of the rows that are published, by columns and the server's own functions; None: all.

    """

    table: str
    schema: str = "public"
    columns: tuple[str, ...] | None = None
    where: str | None = None


class Publication(Declaration, frozen=True, kw_only=True):
    """A publication.

    Attributes:
        name: Its name.
        tables: All tables that it publishes by their names; None: that is for `PublicationTable` to say, and tables
            that nobody declares stay.
        schemas: All schemas of which it publishes every table, those that are made later too.
        all_tables: Whether it publishes every table of the database; only a superuser makes such a one, or whom the
            platform lets.
        operations: What it publishes of them.
        via_partition_root: Whether rows of a partition are published as its partitioned table's.
        comment: Its comment.

    """

    name: str
    tables: tuple[PublishedTable, ...] | None = None
    schemas: tuple[str, ...] = ()
    all_tables: bool = False
    operations: tuple[PublishedOperation, ...] = EVERY_OPERATION
    via_partition_root: bool = False
    comment: str | None = None
