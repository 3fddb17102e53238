"""Declarations of indexes."""

from __future__ import annotations

from typing import ClassVar

from supaschema.declarations.base import Declaration


class InlineIndex(Declaration, frozen=True, kw_only=True):
    """An index that a Table carries.

    Attributes:
        name: The index's name.
        keys: Its key columns or expressions as SQL, each with an optional collation, operator class and order:
            `org_id`, `started_at desc`, `lower(title) collate "C"`, `title extensions.gin_trgm_ops`,
            `words tsvector_ops (siglen = 100)`.
        unique: Whether it is unique.
        nulls_distinct: False for NULLS NOT DISTINCT.
        method: The access method.
        include: Columns carried but not searched.
        where: The predicate of a partial index.
        options: All storage options, such as `fillfactor`; None: as they are.
        statistics: By the number of a key that is an expression, from 1, its statistics target; None: as they are.
        comment: The index's comment.
        renamed_from: Names that it had: where one of them exists, and this one does not, that one is renamed.

    """

    name: str
    keys: tuple[str, ...]
    unique: bool = False
    nulls_distinct: bool = True
    method: str = "btree"
    include: tuple[str, ...] = ()
    where: str | None = None
    options: dict[str, str] | None = None
    statistics: dict[str, int] | None = None
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()


class Index(InlineIndex, frozen=True, kw_only=True):
    """An index of any table, built CONCURRENTLY: readers and writers go on.

    Attributes:
        table: The table's name, or a materialized view's.
        schema: The schema of both.

    """

    qualified_by: ClassVar[tuple[str, ...]] = ("schema", "name")

    table: str
    schema: str = "public"
