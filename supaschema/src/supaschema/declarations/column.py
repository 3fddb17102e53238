"""Columns, of a table or added to one."""

from __future__ import annotations

from enum import StrEnum

from supaschema.declarations.base import Declaration, Grant


class ExistingRows(StrEnum):
    """What rows that exist hold in a column that is added with a default."""

    DEFAULT = "default"
    """The default, as plain ADD COLUMN does."""
    NULL = "null"
    """NULL until a Backfill fills them: for queue columns, whose default would make old rows look like waiting work."""


class Storage(StrEnum):
    """How a column's large values are stored (PostgreSQL documentation, "TOAST")."""

    DEFAULT = "default"
    PLAIN = "plain"
    EXTERNAL = "external"
    EXTENDED = "extended"
    MAIN = "main"


class Compression(StrEnum):
    """How a column's large values are compressed."""

    DEFAULT = "default"
    PGLZ = "pglz"
    LZ4 = "lz4"


class IdentityOptions(Declaration, frozen=True, kw_only=True):
    """The options of an identity's sequence (PostgreSQL documentation, CREATE SEQUENCE).

    What is not given is the server's where the identity is new, and else as it is live.

    Attributes:
        start: The first value; an identity that has begun goes on from where it is.
        increment: What is added for the next value.
        minimum: The smallest value.
        maximum: The largest value.
        cache: How many values a session takes ahead.
        cycle: Whether it begins again after the last value.

    """

    start: int | None = None
    increment: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    cache: int | None = None
    cycle: bool | None = None


class Column(Declaration, frozen=True, kw_only=True):
    """A column.

    Collation, storage, compression, statistics, options and an identity's options that are not given are the server's
    where the column is new, and else as they are live.

    Attributes:
        name: Its name, as the catalog holds it (never quoted).
        type: Its type, in any spelling that the server takes.
        nullable: Whether NULL is admitted.
        default: The default as an SQL expression, or None.
        generated: The expression of a generated column, or None.
        virtual: Whether that is computed when it is read (PostgreSQL 18), and not stored.
        identity: `always` or `by default` for an identity column, or None.
        identity_options: The options of the identity's sequence.
        collation: The collation as the catalog holds it: `C`, `de-x-icu`, `schema.name` where it is not the server's
            own (`pg_catalog.en_US.utf8` for a name with a dot); `default` for the type's.
        storage: How large values are stored.
        compression: How large values are compressed.
        statistics: The statistics target; -1 for the server's.
        options: Options of the statistics: `n_distinct`, `n_distinct_inherited`.
        using: When the type changes: what the new value is, as an SQL expression over the row. Needed where the
            server has no cast that it makes by itself.
        existing_rows: What rows hold that exist when the column is added.
        grants: Privileges on this column alone, given in the statement's own transaction (TablePatch only): for
            a column added to a table whose access is granted column by column.
        comment: The column's comment.
        renamed_from: Names that it had: where the table has one of them, and not the column, that one is renamed.

    """

    name: str
    type: str
    nullable: bool = True
    default: str | None = None
    generated: str | None = None
    virtual: bool = False
    identity: str | None = None
    identity_options: IdentityOptions | None = None
    collation: str | None = None
    storage: Storage | None = None
    compression: Compression | None = None
    statistics: int | None = None
    options: dict[str, str] | None = None
    using: str | None = None
    existing_rows: ExistingRows = ExistingRows.DEFAULT
    grants: tuple[Grant, ...] = ()
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()
