"""Declarations of tables and their columns."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from supaschema.declarations.access import InlineAccess
from supaschema.declarations.base import Declaration, Grant
from supaschema.declarations.constraints import Check, Exclusion, ForeignKey, PrimaryKey, Unique
from supaschema.declarations.index import InlineIndex


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


class Table(Declaration, frozen=True, kw_only=True):
    """A table that this stack makes: all of its columns and constraints.

    Creating it turns row level security on and takes every privilege from PUBLIC and the API roles in the same
    transaction; access is opened afterwards, by `access` or by a TableAccess of its own.

    What is not given of options, logging, replica identity, clustering and tablespace is as the server has it
    where the table is new, and else as it is live. A table that is partitioned, is a partition or inherits stays so
    likewise. What it has from another table is that one's, and not declared here: a partition has no columns of its
    own.

    Attributes:
        partition_by: How it is partitioned, such as `range (at)`. Never changed.
        partition_of: The table, `schema.table` (or `table`, in the same schema), that it is a partition of.
        bound: Which of that table's rows it takes: `for values from (...) to (...)`, or `default`. Never changed.
        inherits: The tables that it inherits from, in the same words.
        options: Its storage parameters: `fillfactor`, `autovacuum_enabled`, `toast.autovacuum_enabled`.
        unlogged: Whether it is left out of the write-ahead log, and emptied by a crash.
        replica_identity: What tells a subscriber which row changed: `default`, `full`, `nothing`, or `index NAME`.
        clustered: The name of the index that CLUSTER orders it by; empty for none.
        tablespace: The tablespace; `pg_default` for the server's own.
        renamed_from: Names that it had, `schema.table` (or `table`, in the same schema): where one of them exists, and
            the table does not, that one is renamed.

    """

    name: str
    schema: str = "public"
    columns: tuple[Column, ...]
    primary_key: PrimaryKey | None = None
    uniques: tuple[Unique, ...] = ()
    checks: tuple[Check, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    indexes: tuple[InlineIndex, ...] = ()
    partition_by: str | None = None
    partition_of: str | None = None
    bound: str | None = None
    inherits: tuple[str, ...] = ()
    access: InlineAccess | None = None
    options: dict[str, str] | None = None
    unlogged: bool | None = None
    replica_identity: str | None = None
    clustered: str | None = None
    tablespace: str | None = None
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()


class TablePatch(Declaration, frozen=True, kw_only=True):
    """What this stack adds to a table that somebody else owns. The rest of the table is not its business.

    Attributes:
        table: The table's name.
        schema: The table's schema.
        columns: Columns added.
        nullability: Columns of the table whose NOT NULL this stack changes: name to "may be NULL".
        checks: Check constraints added, or widened where the name exists already.
        uniques: Unique constraints added.
        foreign_keys: Foreign keys added.
        exclusions: Exclusion constraints added.
        access: The complete access of the whole table, where a policy names a column added here: the two then come
            and go in one transaction, so that nobody sees values that the policy is to hide.

    """

    table: str
    schema: str = "public"
    columns: tuple[Column, ...] = ()
    nullability: dict[str, bool] = msgspec.field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    uniques: tuple[Unique, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    access: InlineAccess | None = None
