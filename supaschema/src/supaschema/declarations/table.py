"""Tables."""

from __future__ import annotations

from typing import ClassVar

from supaschema.declarations.base import Declaration
from supaschema.declarations.column import Column
from supaschema.declarations.constraints import Check, Exclusion, ForeignKey, PrimaryKey, Unique
from supaschema.declarations.index import InlineIndex
from supaschema.declarations.table_access import InlineAccess


class Table(Declaration, frozen=True, kw_only=True):
    """A table that this stack makes: all of its columns and constraints.

    Creating it turns row level security on and takes every privilege from PUBLIC and the API roles in the same
    transaction; access is opened afterwards, by `access` or by a TableAccess of its own.

    What is not given of options, logging, replica identity, clustering and tablespace is as the server has it
    where the table is new, and else as it is live. A table that is partitioned, is a partition or inherits stays so
    likewise. What it has from another table is that one's, and not declared here: a partition has no columns of its
    own.

    Attributes:
        name: The table's name.
        schema: Its schema.
        columns: All of its columns; one that another stack declares stays.
        primary_key: Its primary key.
        uniques: All of its unique constraints.
        checks: All of its check constraints.
        foreign_keys: All of its foreign keys.
        exclusions: All of its exclusion constraints.
        indexes: Indexes that are declared with it; any other is left as it is.
        partition_by: How it is partitioned, such as `range (at)`. Never changed.
        partition_of: The table, `schema.table` (or `table`, in the same schema), that it is a partition of.
        bound: Which of that table's rows it takes: `for values from (...) to (...)`, or `default`. Never changed.
        inherits: The tables that it inherits from, in the same words.
        access: Its complete access. Without it the access is a TableAccess of its own, or nobody's.
        options: Its storage parameters: `fillfactor`, `autovacuum_enabled`, `toast.autovacuum_enabled`.
        unlogged: Whether it is left out of the write-ahead log, and emptied by a crash.
        replica_identity: What tells a subscriber which row changed: `default`, `full`, `nothing`, or `index NAME`.
        clustered: The name of the index that CLUSTER orders it by; empty for none.
        tablespace: The tablespace; `pg_default` for the server's own.
        comment: The table's comment.
        renamed_from: Names that it had, `schema.table` (or `table`, in the same schema): where one of them exists, and
            the table does not, that one is renamed.

    """

    qualified_by: ClassVar[tuple[str, ...]] = ("schema", "name")

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
