"""Materialized views."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from supaschema.declarations.base import Declaration, Grant
from supaschema.declarations.index import InlineIndex


class MaterializedView(Declaration, frozen=True, kw_only=True):
    """A query whose rows are kept, and read until the next refresh.

    Its rows are read with the rights of its owner when it is filled, past every policy, and no policy can be written
    for it: end users read it in no schema that the API offers. Another query makes another view, which is filled
    before it takes the place. Nothing here refreshes it; a CronJob may.

    Attributes:
        name: Its name.
        schema: Its schema.
        query: The query's text, one SELECT.
        file: The file the query came from, for error messages.
        indexes: Its indexes, as those of a Table. One that is unique, over columns alone and all rows, lets it be
            refreshed CONCURRENTLY.
        populated: Whether it is filled when it is made. Whether it is filled later on is no difference, and one that is
            made anew is filled if the former was.
        options: Its storage parameters: `fillfactor`, `autovacuum_enabled`, `toast.autovacuum_enabled`; None: as they
            are.
        grants: The complete grants of PUBLIC and the API roles.
        comment: The view's comment.
        column_comments: Comments of its columns, by name; empty: none. A column that is not named keeps its own.
        renamed_from: Names that it had, `schema.view` (or `view`, in the same schema): where one of them exists, and
            this one does not, that one is renamed.

    """

    qualified_by: ClassVar[tuple[str, ...]] = ("schema", "name")

    name: str
    schema: str = "public"
    query: str
    file: str | None = None
    indexes: tuple[InlineIndex, ...] = ()
    populated: bool = True
    options: dict[str, str] | None = None
    grants: tuple[Grant, ...] = ()
    comment: str | None = None
    column_comments: dict[str, str] = msgspec.field(default_factory=dict)
    renamed_from: tuple[str, ...] = ()
