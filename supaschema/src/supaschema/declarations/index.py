"""Declarations of indexes."""

from __future__ import annotations

from supaschema.declarations.base import Declaration


class InlineIndex(Declaration, frozen=True, kw_only=True):
    """An index that a Table carries.

    Attributes:
        name: The index's name.
        keys: Its key columns or expressions as SQL, each with an optional operator class and order:
            `org_id`, `started_at desc`, `lower(title)`, `title extensions.gin_trgm_ops`.
        unique: Whether it is unique.
        method: The access method.
        include: Columns carried but not searched.
        where: The predicate of a partial index.
        comment: The index's comment.

    """

    name: str
    keys: tuple[str, ...]
    unique: bool = False
    method: str = "btree"
    include: tuple[str, ...] = ()
    where: str | None = None
    comment: str | None = None


class Index(InlineIndex, frozen=True, kw_only=True):
    """An index of any table, built CONCURRENTLY: readers and writers go on."""

    table: str
    schema: str = "public"
